/** What is wrong with a schema, brought to the card that it is about. */
import { FIELDS, isShown, kindOf } from "./kinds";
import { type SchemaNode, entryOf, partOf, propertiesOf } from "./model";

export interface Issue {
  path: string[];
  message: string;
}

export interface Problem {
  /** The field of the card: a keyword, or "name"; null: the card as a whole. */
  field: string | null;
  message: string;
}

/** By the id of a node; for names, by the id of the property. */
export type Problems = Map<string, Problem[]>;

export function placeIssues(root: SchemaNode, issues: Issue[]): Problems {
  const problems: Problems = new Map();
  for (const { path, message } of issues) {
    const { node, rest } = follow(root, path);
    const [keyword] = rest;
    const kind = kindOf(node);
    const isField =
      FIELDS[kind].some((field) => field.keyword === keyword) &&
      node.parts.some((part) => part.keyword === keyword && isShown(part, kind));
    const place = isField || !rest.length ? "" : `${rest.join(" › ")}: `;
    add(problems, node.id, {
      field: isField && keyword ? keyword : null,
      message: place + message,
    });
  }
  return problems;
}

function follow(root: SchemaNode, path: string[]): { node: SchemaNode; rest: string[] } {
  let node = root;
  let rest = path;
  for (;;) {
    const [keyword, name] = rest;
    const kind = kindOf(node);
    const items = partOf(node, "items");
    const property = propertiesOf(node).find((candidate) => candidate.name === name);
    if (keyword === "properties" && kind === "object" && property) {
      node = property.node;
      rest = rest.slice(2);
    } else if (keyword === "items" && kind === "array" && items) {
      node = items.node;
      rest = rest.slice(1);
    } else return { node, rest };
  }
}

/** What the cards can tell by themselves; until it is put right the schema is not asked about. */
export function ownProblems(root: SchemaNode, problems: Problems = new Map()): Problems {
  const kind = kindOf(root);
  const seen = new Set<string>();
  for (const property of kind === "object" ? propertiesOf(root) : []) {
    const { id, name, cameNameless, node } = property;
    if (!name && !cameNameless) {
      add(problems, id, { field: "name", message: "Give this field a name." });
    } else if (seen.has(name)) {
      const message = `Another field here is named “${name}” already.`;
      add(problems, id, { field: "name", message });
    }
    seen.add(name);
    ownProblems(node, problems);
  }
  const items = partOf(root, "items");
  if (kind === "array" && items) ownProblems(items.node, problems);
  const choices = kind === "choice" ? (partOf(root, "choices")?.choices ?? null) : null;
  if (choices?.length === 0) {
    add(problems, root.id, { field: null, message: "Add at least one choice." });
  }
  if (choices?.some((choice) => !entryOf(choice, "const") && !choice.cameEmpty)) {
    add(problems, root.id, { field: null, message: "A choice is empty: name it or remove it." });
  }
  return problems;
}

function add(problems: Problems, id: string, problem: Problem): void {
  problems.set(id, [...(problems.get(id) ?? []), problem]);
}

/** How many there are at or below a node, so that a closed card can tell of what is in it. */
export function countWithin(node: SchemaNode, problems: Problems): number {
  let count = problems.get(node.id)?.length ?? 0;
  for (const property of propertiesOf(node)) {
    count += (problems.get(property.id)?.length ?? 0) + countWithin(property.node, problems);
  }
  const items = partOf(node, "items");
  return count + (items ? countWithin(items.node, problems) : 0);
}
