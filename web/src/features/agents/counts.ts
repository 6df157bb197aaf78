/** How many runs several agents have, asked in one request. */
import { type TypedDocumentNode, gql } from "@urql/core";

/** The API takes 30 aliases in one request. */
export const MAX_AGENTS_PER_REQUEST = 25;

type Variables = Record<string, string>;

export function countsOf(
  ids: string[],
  since: string,
): { document: TypedDocumentNode<unknown, Variables>; variables: Variables } {
  const names = ids.map((_, index) => `a${index}`);
  const document = gql<unknown, Variables>(`
    query AgentsRunCounts($since: DateTime!, ${names.map((name) => `$${name}: ID!`).join(", ")}) {
      ${names
        .map(
          (name) => `${name}: agent(id: $${name}) {
        id
        runCounts(since: $since) { queued running succeeded failed cancelled }
      }`,
        )
        .join("\n")}
    }
  `);
  const own = Object.fromEntries(ids.map((id, index) => [`a${index}`, id]));
  return { document, variables: { since, ...own } };
}
