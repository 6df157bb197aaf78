/** Collects what the features bring to the palette. */
import type { CommandSource } from "@/lib/commands";

const modules = import.meta.glob<CommandSource>("../features/*/commands.ts");

export async function loadSources(): Promise<CommandSource[]> {
  return await Promise.all(Object.values(modules).map((load) => load()));
}
