/** A form made from a JSON Schema. */
export { default as JsonForm } from "./components/JsonForm.vue";
export { describe } from "./fields";
export { useJsonForm } from "./useJsonForm";
