/** What the palette offers about tasks. */
import type { Command } from "@/lib/commands";
import { findTasks } from "./find-tasks";

export const commands: Command[] = [
  { label: "New task", icon: "i-lucide-plus", group: "create", to: "/tasks/new", role: "EDITOR" },
];

export async function search(term: string): Promise<Command[]> {
  const found = await findTasks(term, 5);
  return found.map(({ id, name }) => ({
    label: name,
    suffix: "Task",
    icon: "i-lucide-clipboard-list",
    group: "go",
    to: `/tasks/${id}`,
  }));
}
