/** The ways in which a model gets to know the response schema, in words. */
import type { OutputModeChoice } from "./gql/graphql";

export interface ModeWords {
  label: string;
  /** In the middle of a sentence. */
  inText: string;
  sentence: string;
}

export const OUTPUT_MODES: Record<OutputModeChoice, ModeWords> = {
  AUTO: {
    label: "Automatic",
    inText: "the best mode that the server takes",
    sentence: "The best one that the server takes; Rota finds out which.",
  },
  ENFORCED_AND_SHOWN: {
    label: "Schema enforced and shown",
    inText: "schema enforced and shown",
    sentence:
      "The server lets the model write only what fits the schema, which the prompt shows, too.",
  },
  ENFORCED: {
    label: "Schema enforced",
    inText: "schema enforced",
    sentence:
      "The server lets the model write only what fits the schema; the prompt does not show it.",
  },
  JSON_AND_SHOWN: {
    label: "JSON enforced, schema shown",
    inText: "JSON enforced, schema shown",
    sentence: "The server lets the model write only JSON, and the prompt shows the schema.",
  },
  SHOWN: {
    label: "Schema shown",
    inText: "schema shown",
    sentence: "The prompt shows the schema, and the server enforces nothing.",
  },
  TOOL: {
    label: "Tool call",
    inText: "by a tool call",
    sentence: "The model calls a tool whose parameters are the schema.",
  },
};
