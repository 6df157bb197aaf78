/** Asks the API whether a schema can be used in a task. */
import { client } from "@/lib/client";
import { exactly } from "@/lib/exact-json";
import { CheckSchemaDocument } from "./gql/graphql";

export async function checkSchema(schema: unknown) {
  const { variables, context } = exactly({ schema });
  const { data } = await client.value
    .query(CheckSchemaDocument, variables, { ...context, requestPolicy: "network-only" })
    .toPromise();
  return data?.checkSchema ?? null;
}
