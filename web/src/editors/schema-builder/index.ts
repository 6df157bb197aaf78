/** A JSON Schema as cards: to build, to read, and its fields in a line. */
export { default as SchemaBuilder } from "./components/SchemaBuilder.vue";
export { default as SchemaOutline } from "./components/SchemaOutline.vue";
export { emptySchema } from "./edits";
export { fieldNames } from "./summary";
export { type SchemaField, useSchemaField } from "./useSchemaField";
