/** Runs a mutation and reads what became of it. */
import type { TypedDocumentNode } from "@urql/core";
import { type Ref, ref } from "vue";
import { client } from "./client";
import { type Outcome, readOutcome } from "./outcome";

export function useMutate<
  Data extends object,
  Variables extends Record<string, unknown>,
  Field extends keyof Data & string,
>(
  document: TypedDocumentNode<Data, Variables>,
  field: Field,
): { run: (variables: Variables) => Promise<Outcome<Data[Field]>>; isPending: Ref<boolean> } {
  const isPending = ref(false);

  async function run(variables: Variables) {
    isPending.value = true;
    try {
      return readOutcome(await client.value.mutation(document, variables).toPromise(), field);
    } finally {
      isPending.value = false;
    }
  }
  return { run, isPending };
}
