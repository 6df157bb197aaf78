/** Sends JSON as it is. The GraphQL client sorts the keys of what it sends, and in a schema their
 * order is the order in which a model writes the fields. */
import type { AnyVariables, OperationContext } from "@urql/core";

export interface Exact<Variables> {
  /** What the client gets to see, and knows the request by: each variable as JSON text. */
  variables: Variables;
  context: Pick<OperationContext, "fetch">;
}

export function exactly<Variables extends AnyVariables>(variables: Variables): Exact<Variables> {
  const texts = Object.fromEntries(
    Object.entries(variables ?? {}).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  const written = JSON.stringify(variables);
  return {
    variables: texts as Variables,
    context: {
      fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
        const { variables: _texts, ...rest } = JSON.parse(String(init?.body)) as object & {
          variables?: unknown;
        };
        const head = JSON.stringify(rest).slice(0, -1);
        return await fetch(input, { ...init, body: `${head},"variables":${written}}` });
      },
    },
  };
}
