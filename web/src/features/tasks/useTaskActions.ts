/** Deleting a task, and what stands in the way of it. */
import { shallowRef } from "vue";
import { DeleteTaskDocument } from "@/gql/graphql";
import { client } from "@/lib/client";
import { useNotices } from "@/lib/notices";
import { readOutcome } from "@/lib/outcome";
import { confirm } from "@/ui/confirm";

export interface InUse {
  name: string;
  message: string;
  agents: { id: string; name: string }[];
}

export function useTaskActions() {
  const notices = useNotices();
  const inUse = shallowRef<InUse | null>(null);

  /** Whether it is gone. */
  async function deleteIt({ id, name }: { id: string; name: string }): Promise<boolean> {
    const agreed = await confirm({
      title: `Delete ${name}?`,
      consequences:
        "It can be assigned no more. Its runs and its history stay readable. A task that agents are assigned to is not deleted.",
      action: "Delete task",
      tone: "error",
    });
    if (!agreed) return false;
    const result = await client.value.mutation(DeleteTaskDocument, { input: { id } }).toPromise();
    const outcome = readOutcome(result, "deleteTask");
    if (outcome.ok) return true;
    const member = result.data?.deleteTask as Partial<InUse> | undefined;
    if (member?.agents)
      inUse.value = { name, message: outcome.failure.message, agents: member.agents };
    else notices.failed(`${name} was not deleted`, outcome.failure.message);
    return false;
  }

  return { deleteIt, inUse };
}
