import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import vue from "eslint-plugin-vue";
import tseslint from "typescript-eslint";
import walls from "./build/walls.js";

export default defineConfig(
  { ignores: ["node_modules", "src/features/*/gql"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["**/*.vue"],
    extends: [tseslint.configs.strict, vue.configs["flat/recommended"]],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      // What a model said is text, always.
      "vue/no-v-html": "error",
      "no-undef": "off", // vue-tsc knows better
      "vue/multi-word-component-names": "off",
      "vue/require-default-prop": "off",
      // Prettier's business.
      "vue/html-self-closing": "off",
      "vue/html-indent": "off",
      "vue/html-closing-bracket-newline": "off",
      "vue/max-attributes-per-line": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/multiline-html-element-content-newline": "off",
    },
  },
  ...walls,
);
