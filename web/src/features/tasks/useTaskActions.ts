/** Deleting a task, and what stands in the way of it. */
import { shallowRef } from "vue";
import { client } from "@/lib/client";
import { readOutcome } from "@/lib/outcome";
import { confirm } from "@/ui/confirm";
import { DeleteTaskDocument } from "./gql/graphql";

export interface InUse {
  name: string;
  message: string;
  agents: { id: string; name: string }[];
}

export function useTaskActions() {
  const inUse = shallowRef<InUse | null>(null);

  /** Whether it is gone. */
  async function deleteIt({ id, name }: { id: string; name: string }): Promise<boolean> {
    let isGone = false;
    await confirm({
      title: `Delete ${name}?`,
      consequences:
        "It can be assigned no more. Its runs and its history stay readable. A task that agents are assigned to is not deleted.",
      action: "Delete task",
      tone: "error",
      act: async () => {
        const result = await client.value
          .mutation(DeleteTaskDocument, { input: { id } })
          .toPromise();
        const outcome = readOutcome(result, "deleteTask");
        isGone = outcome.ok;
        const { agents } = (result.data?.deleteTask ?? {}) as Partial<InUse>;
        if (outcome.ok || !agents) return outcome;
        // The question is answered: what stands in the way has a dialog of its own.
        inUse.value = { name, message: outcome.failure.message, agents };
        return { ok: true };
      },
    });
    return isGone;
  }

  return { deleteIt, inUse };
}
