/** What the palette offers about agents. */
import type { Command } from "@/lib/commands";
import { findAgents } from "./find-agents";

export const commands: Command[] = [
  {
    label: "New agent",
    icon: "i-lucide-plus",
    group: "create",
    to: "/agents/new",
    role: "EDITOR",
  },
];

export async function search(term: string): Promise<Command[]> {
  const found = await findAgents(term, 5);
  return found.map(({ id, name }) => ({
    label: name,
    suffix: "Agent",
    icon: "i-lucide-bot",
    group: "go",
    to: `/agents/${id}`,
  }));
}
