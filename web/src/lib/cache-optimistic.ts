/** What a mutation will have done, shown before the server has answered, and taken back where it
 * refuses: only what can also be undone by hand, or says no more than that it was asked for. */
import type { OptimisticMutationResolver } from "@urql/exchange-graphcache";

type Input = Record<string, unknown> & { id: string };

/** Schemas go out as exact text, and what is beside them too. */
function inputOf({ input }: Record<string, unknown>): Input {
  return (typeof input === "string" ? JSON.parse(input) : input) as Input;
}

/** An edit of these fields. What else it leads to, such as a new check, the server has to say. */
export function edited(typename: string, ...foreseen: string[]): OptimisticMutationResolver {
  return (args) => {
    const input = inputOf(args);
    const given = foreseen.filter((name) => input[name] !== undefined);
    const fields = Object.fromEntries(given.map((name) => [name, input[name]]));
    const field = typename.charAt(0).toLowerCase() + typename.slice(1);
    return {
      __typename: `Update${typename}Payload`,
      [field]: { __typename: typename, id: input.id, ...fields },
    };
  };
}
