/** What the palette offers about providers. */
import type { Command } from "@/lib/commands";
import { findProviders } from "./find-providers";

export const commands: Command[] = [
  {
    label: "New provider",
    icon: "i-lucide-plus",
    group: "create",
    to: "/providers/new",
    role: "OWNER",
  },
];

export async function search(term: string): Promise<Command[]> {
  const found = await findProviders(term, 5);
  return found.map(({ id, name }) => ({
    label: name,
    suffix: "Provider",
    icon: "i-lucide-plug",
    group: "go",
    to: `/providers/${id}`,
  }));
}
