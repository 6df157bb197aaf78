/** The fields of a task: its form, a conflict and its history read this list. */
import { type FieldsOf, json, optionalJson, optionalText, text, trimmed } from "@/lib/fields";
import type { UpdateTaskInput } from "./gql/graphql";

export const FIELDS = {
  name: text("Name"),
  description: optionalText("Description", trimmed),
  requestSchema: optionalJson("Request", "Free text"),
  responseSchema: json("Response", { type: "object", properties: {} }),
} satisfies FieldsOf<UpdateTaskInput>;
