/** What the palette offers about access. */
import type { Command } from "@/lib/commands";

export const commands: Command[] = [
  { label: "New token", icon: "i-lucide-plus", group: "create", to: "/access/new", role: "OWNER" },
];
