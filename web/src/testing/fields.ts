/** Finds the fields of a list that a screen leaves out. */
import { screen } from "@testing-library/vue";
import type { Field } from "@/lib/fields";

const markOf = (name: string) => `The ${name} that is stored`;

/** The thing with a text of its own in each field of the list that holds text. */
export function marked<Thing extends object>(
  fields: Record<string, Field<never>>,
  thing: Thing,
): Thing {
  const texts = Object.keys(fields).filter((name) => isText(fields, name));
  return { ...thing, ...Object.fromEntries(texts.map((name) => [name, markOf(name)])) };
}

function isText(fields: Record<string, Field<never>>, name: string): boolean {
  return fields[name]?.read(markOf(name) as never) === markOf(name);
}

/** Once the dialog shows the marked thing: which fields it does not; others than texts have a
 * heading of their own. */
export function missingFrom(dialog: HTMLElement, fields: Record<string, Field<never>>): string[] {
  const typed = [...dialog.querySelectorAll<HTMLInputElement>("input, textarea")];
  const shown = [dialog.textContent, ...typed.map(({ value }) => value)];
  return Object.entries(fields).flatMap(([name, { label }]) => {
    const isThere = isText(fields, name)
      ? shown.some((text) => text.includes(markOf(name)))
      : screen.queryByRole("heading", { name: label });
    return isThere ? [] : [name];
  });
}
