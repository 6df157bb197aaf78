/** Deleting an agent, with what goes on without it. */
import { client } from "@/lib/client";
import { useMutate } from "@/lib/mutate";
import { confirm } from "@/ui/confirm";
import { AgentRunCountsDocument, DeleteAgentDocument } from "./gql/graphql";

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

  return { deleteIt };
}
