/** The fields of a thing as one list: its form, a conflict and its history read it. */

/** How a field is read, shown and sent. (Methods, so that fields of all types fit into one list.) */
export interface Field<Stored = unknown, Typed = unknown, Sent = unknown> {
  label: string;
  /** What a form of a new thing begins with. */
  empty: Typed;
  /** What is stored, as a form holds it. */
  read(stored: Stored): Typed;
  /** What a form holds, as text to be compared line by line. */
  show(typed: Typed): string;
  /** What a form holds, as the API takes it. */
  send(typed: Typed): Sent;
}

type List = Record<string, Field>;
type Stored<Fields extends List> = {
  [Key in keyof Fields]: Parameters<Fields[Key]["read"]>[0];
};
/** What a form holds, by the names of its fields. */
export type Values<Fields extends List> = {
  [Key in keyof Fields]: ReturnType<Fields[Key]["read"]>;
};
type Sent<Fields extends List> = {
  [Key in keyof Fields]: ReturnType<Fields[Key]["send"]>;
};

/** A list that has a field for everything that such an update can change. */
export type FieldsOf<Update> = {
  [Key in Exclude<keyof Update, "id" | "expectedRevision">]-?: Field<unknown, unknown, Update[Key]>;
};

function each(fields: List, of: (field: Field, key: string) => unknown) {
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, of(field, key)]));
}

export function emptyValues<Fields extends List>(fields: Fields): Values<Fields> {
  return each(fields, ({ empty }) => empty) as Values<Fields>;
}

export function valuesOf<Fields extends List>(
  fields: Fields,
  stored: Stored<Fields>,
): Values<Fields> {
  return each(fields, (field, key) => field.read(stored[key])) as Values<Fields>;
}

export function inputOf<Fields extends List>(fields: Fields, values: Values<Fields>): Sent<Fields> {
  return each(fields, (field, key) => field.send(values[key])) as Sent<Fields>;
}

/** Only what was changed: the rest stays as it is. */
export function changedInput<Fields extends List>(
  fields: Fields,
  values: Values<Fields>,
  before: Values<Fields>,
): Partial<Sent<Fields>> {
  const [now, then] = [inputOf(fields, values), inputOf(fields, before)];
  const changed = Object.entries(now).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(then[key]),
  );
  return Object.fromEntries(changed) as Partial<Sent<Fields>>;
}

/** Two versions of a form, field by field. */
export function rowsOf<Fields extends List>(
  fields: Fields,
  mine: Values<Fields>,
  theirs: Values<Fields>,
): { label: string; mine: string; theirs: string }[] {
  return Object.entries(fields).map(([key, field]) => ({
    label: field.label,
    mine: field.show(mine[key]),
    theirs: field.show(theirs[key]),
  }));
}

export interface Change {
  label: string;
  before: string;
  after: string;
}

/** What differs between two revisions; of the first one all that it has. */
export function changesOf<Fields extends List>(
  fields: Fields,
  before: Stored<Fields> | undefined,
  after: Stored<Fields>,
): Change[] {
  return Object.entries(fields)
    .map(([key, field]) => ({
      label: field.label,
      before: before ? field.show(field.read(before[key])) : "",
      after: field.show(field.read(after[key])),
    }))
    .filter((change) => change.before !== change.after);
}

const asTyped = (typed: string) => typed;
export const trimmed = (typed: string) => typed.trim();

export function text(label: string, clean = asTyped): Field<string, string, string> {
  return { label, empty: "", read: asTyped, show: asTyped, send: clean };
}

/** Nothing typed is null. */
export function optionalText(
  label: string,
  clean = asTyped,
): Field<string | null, string, string | null> {
  const send = (typed: string) => (typed.trim() ? clean(typed) : null);
  return { ...text(label), read: (stored) => stored ?? "", send };
}

/** Kept as it is typed, so that nothing typed is lost. */
export function optionalNumber(label: string): Field<number | null, string, number | null> {
  return {
    ...text(label),
    read: (stored) => (stored === null ? "" : String(stored)),
    send: (typed) => (typed.trim() ? Number(typed) : null),
  };
}

/** Kept as JSON text, for the order of keys counts. */
export function json(label: string, empty: unknown): Field<unknown, string> {
  return {
    label,
    empty: JSON.stringify(empty),
    read: (stored) => JSON.stringify(stored),
    show: (typed) => JSON.stringify(JSON.parse(typed), null, 2),
    send: (typed) => JSON.parse(typed) as unknown,
  };
}

/** `none` says in words that there is nothing. */
export function optionalJson(label: string, none: string): Field<unknown, string | null> {
  const given = json(label, null);
  return {
    label,
    empty: null,
    read: (stored) => (stored ? given.read(stored) : null),
    show: (typed) => (typed ? given.show(typed) : none),
    send: (typed) => (typed ? given.send(typed) : null),
  };
}
