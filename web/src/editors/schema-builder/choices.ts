/** Edits of a choice. Where one has a description, all are written as schemas with a `const`. */
import { move } from "./edits";
import { type Choice, type ChoicesPart, type SchemaNode, newChoice, partOf } from "./model";

export function choicesOf(node: SchemaNode): Choice[] {
  return partOf(node, "choices")?.choices ?? [];
}

export function addChoice(node: SchemaNode, at = choicesOf(node).length): void {
  choicesOf(node).splice(at, 0, newChoice());
}

export function removeChoice(node: SchemaNode, at: number): void {
  choicesOf(node).splice(at, 1);
}

export function moveChoice(node: SchemaNode, from: number, to: number): void {
  move(choicesOf(node), from, to);
}

/** False where descriptions have no place, as other rules of the field are written there. */
export function takesDescriptions(node: SchemaNode): boolean {
  const part = partOf(node, "choices");
  return part !== undefined && (part.keyword !== "enum" || describedForm(node) !== undefined);
}

export function setChoice(
  node: SchemaNode,
  choice: Choice,
  keyword: "const" | "description",
  text: string,
): void {
  const at = choice.entries.findIndex(([key]) => key === keyword);
  if (keyword === "description" && !text) {
    choice.entries = choice.entries.filter(([key]) => key !== keyword);
  } else if (at >= 0) choice.entries[at] = [keyword, text];
  else choice.entries.push([keyword, text]);
  const part = partOf(node, "choices");
  if (part && keyword === "description") part.keyword = formOf(part, node);
}

function formOf(part: ChoicesPart, node: SchemaNode): ChoicesPart["keyword"] {
  const isPlain = part.choices.every(({ entries }) => entries.every(([key]) => key === "const"));
  if (isPlain) return isTaken(node, "enum") ? part.keyword : "enum";
  return part.keyword === "enum" ? (describedForm(node) ?? part.keyword) : part.keyword;
}

function describedForm(node: SchemaNode): "oneOf" | "anyOf" | undefined {
  return (["oneOf", "anyOf"] as const).find((keyword) => !isTaken(node, keyword));
}

function isTaken(node: SchemaNode, keyword: string): boolean {
  return node.parts.some((part) => part.is !== "choices" && part.keyword === keyword);
}
