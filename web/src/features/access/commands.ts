/** What the palette offers about access. */
import type { Command } from "@/app/commands";

export const commands: Command[] = [
  { label: "New token", icon: "i-lucide-plus", group: "Create", to: "/access/new", role: "OWNER" },
];
