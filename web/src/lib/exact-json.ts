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
  return {
    variables: texts as Variables,
    context: {
      fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
        const sorted = JSON.parse(init?.body as string) as object;
        const body = JSON.stringify({ ...sorted, variables });
        return await fetch(input, { ...init, body });
      },
    },
  };
}
