/** What the palette offers about runs. */
import type { Command } from "@/app/commands";
import { RunnableAssignmentsDocument } from "@/gql/graphql";
import { client } from "@/lib/client";

export const commands: Command[] = [
  {
    label: "Runs under way",
    icon: "i-lucide-activity",
    group: "Go to",
    to: { path: "/runs", query: { status: "queued,running,cancelling" } },
  },
  {
    label: "Failed runs",
    icon: "i-lucide-circle-alert",
    group: "Go to",
    to: { path: "/runs", query: { status: "failed" } },
  },
  {
    label: "Run an assignment…",
    icon: "i-lucide-play",
    group: "Run",
    to: "/runs/new",
    role: "OPERATOR",
  },
];

export async function search(term: string): Promise<Command[]> {
  // The commands are called “Run …”, so that is what people type.
  const asked = { search: term.replace(/^run\s+/i, "") || null };
  const { data } = await client.value.query(RunnableAssignmentsDocument, asked).toPromise();
  return (data?.assignments.nodes ?? []).slice(0, 6).map(({ id, agentName, taskName }) => ({
    label: `Run ${agentName}`,
    suffix: taskName,
    icon: "i-lucide-play",
    group: "Run",
    to: { path: "/runs/new", query: { assignment: id } },
    role: "OPERATOR",
  }));
}
