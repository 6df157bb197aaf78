/** What the palette offers about runs. */
import { findAssignments } from "@/features/assignments";
import type { Command } from "@/lib/commands";

export const commands: Command[] = [
  {
    label: "Runs under way",
    icon: "i-lucide-activity",
    group: "go",
    to: { path: "/runs", query: { status: "queued,running,cancelling" } },
  },
  {
    label: "Failed runs",
    icon: "i-lucide-circle-alert",
    group: "go",
    to: { path: "/runs", query: { status: "failed" } },
  },
  {
    label: "Run an assignment…",
    icon: "i-lucide-play",
    group: "run",
    to: "/runs/new",
    role: "OPERATOR",
  },
];

export async function search(term: string): Promise<Command[]> {
  // The commands are called “Run …”, so that is what people type.
  const found = await findAssignments(term.replace(/^run\s+/i, ""), true);
  return found.slice(0, 6).map(({ id, agentName, taskName }) => ({
    label: `Run ${agentName}`,
    suffix: taskName,
    icon: "i-lucide-play",
    group: "run",
    to: { path: "/runs/new", query: { assignment: id } },
    role: "OPERATOR",
  }));
}
