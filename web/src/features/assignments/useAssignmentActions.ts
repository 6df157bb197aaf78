/** Assigning a task to an agent, and taking one away. */
import { useMutate } from "@/lib/mutate";
import { dismiss, tellFailure } from "@/lib/notices";
import { confirm } from "@/ui/confirm";
import { AssignTaskDocument, UnassignTaskDocument } from "./gql/graphql";

export function useAssignmentActions() {
  const assigning = useMutate(AssignTaskDocument, "assignTask");
  const unassigning = useMutate(UnassignTaskDocument, "unassignTask");

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

  return { assign, unassign, isAssigning: assigning.isPending };
}
