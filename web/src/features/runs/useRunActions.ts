/** What can be done to a run that is under way. */
import { useMutate } from "@/lib/mutate";
import { dismiss, tellFailure } from "@/lib/notices";
import { CancelRunDocument } from "./gql/graphql";

export function useRunActions() {
  const cancelling = useMutate(CancelRunDocument, "cancelRun");

  async function cancel({ id }: { id: string }): Promise<void> {
    dismiss(id);
    tellFailure(id, "Not cancelled", await cancelling.run({ input: { runId: id } }));
  }

  return { cancel, isAsking: cancelling.isPending };
}
