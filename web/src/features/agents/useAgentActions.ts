/** What can be done to an agent: delete it, assign it a task, take one away. */
import {
  AgentRunCountsDocument,
  AssignTaskDocument,
  DeleteAgentDocument,
  UnassignTaskDocument,
} from "@/gql/graphql";
import { client } from "@/lib/client";
import { useMutate } from "@/lib/mutate";
import { dismiss, tellFailure } from "@/lib/notices";
import { confirm } from "@/ui/confirm";

interface Named {
  id: string;
  name: string;
}

export interface Busy {
  queued: number;
  running: number;
}

/** “1 running and 3 queued runs go on”, or nothing. */
export function whatGoesOn({ queued, running }: Busy): string {
  const parts = [running && `${running} running`, queued && `${queued} queued`].filter(Boolean);
  if (!parts.length) return "";
  const isOne = queued + running === 1;
  return `Its ${parts.join(" and ")} ${isOne ? "run goes" : "runs go"} on to ${isOne ? "its" : "their"} end.`;
}

export function useAgentActions() {
  const remove = useMutate(DeleteAgentDocument, "deleteAgent");
  const assigning = useMutate(AssignTaskDocument, "assignTask");
  const unassigning = useMutate(UnassignTaskDocument, "unassignTask");

  /** Whether it is gone. */
  async function deleteIt({ id, name }: Named, busy: Busy | undefined): Promise<boolean> {
    // What the card counts may be a second old.
    const counted = await client.value
      .query(
        AgentRunCountsDocument,
        { id, since: new Date().toISOString() },
        { requestPolicy: "network-only" },
      )
      .toPromise();
    const now = counted.data?.agent?.runCounts ?? busy;
    const goesOn = now ? whatGoesOn(now) : "Runs that are queued or running go on to their end.";
    return await confirm({
      title: `Delete ${name}?`,
      consequences: [
        goesOn,
        "It takes no new runs, and its tasks are unassigned; the tasks themselves stay. Its runs and revisions stay readable.",
      ]
        .filter(Boolean)
        .join(" "),
      action: "Delete agent",
      tone: "error",
      act: async () => await remove.run({ input: { id } }),
    });
  }

  /** What went wrong, or nothing. */
  async function assign(agentId: string, taskId: string): Promise<string | null> {
    const outcome = await assigning.run({ input: { agentId, taskId } });
    return outcome.ok ? null : outcome.failure.message;
  }

  async function unassign(assignmentId: string, taskName: string): Promise<void> {
    const agreed = await confirm({
      title: `Unassign ${taskName}?`,
      consequences:
        "The agent takes no new runs of this task. Runs that are queued or running go on to their end. You can assign it again.",
      action: "Unassign",
    });
    if (!agreed) return;
    dismiss(assignmentId);
    const done = await unassigning.run({ input: { assignmentId } });
    tellFailure(assignmentId, "Not unassigned", done);
  }

  return { deleteIt, assign, unassign, isAssigning: assigning.isPending };
}
