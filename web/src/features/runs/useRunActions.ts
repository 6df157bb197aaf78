/** What can be done to a run that is under way. */
import { CancelRunDocument } from "@/gql/graphql";
import { useMutate } from "@/lib/mutate";
import { useNotices } from "@/lib/notices";

export function useRunActions() {
  const notices = useNotices();
  const cancelling = useMutate(CancelRunDocument, "cancelRun");

  async function cancel(run: { id: string; agentName: string }): Promise<void> {
    const outcome = await cancelling.run({ input: { runId: run.id } });
    if (!outcome.ok) {
      notices.failed(`The run of ${run.agentName} was not cancelled`, outcome.failure.message);
    }
  }

  return { cancel, isAsking: cancelling.isPending };
}
