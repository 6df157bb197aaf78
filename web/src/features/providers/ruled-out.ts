/** Ways to ask for an answer, in few words. */
import type { OutputMode } from "./gql/graphql";

export const MODES: Record<OutputMode, string> = {
  ENFORCED_AND_SHOWN: "Schema enforced and shown",
  ENFORCED: "Schema enforced",
  JSON_AND_SHOWN: "JSON enforced, schema shown",
  SHOWN: "Schema shown",
  TOOL: "Tool call",
};
