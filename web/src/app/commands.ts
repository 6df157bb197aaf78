/** What the palette offers: each feature brings its own in `commands.ts`. */
import type { RouteLocationRaw } from "vue-router";
import type { Role } from "@/lib/viewer";

export interface Command {
  label: string;
  icon: string;
  group: "Go to" | "Create" | "Run";
  /** Found by these words too. */
  suffix?: string;
  to: RouteLocationRaw;
  role?: Role;
}

export interface CommandSource {
  commands?: Command[];
  /** Asked while somebody types; at most a handful of answers. */
  search?: (term: string) => Promise<Command[]>;
}

const modules = import.meta.glob<CommandSource>("../features/*/commands.ts");

export async function loadSources(): Promise<CommandSource[]> {
  return await Promise.all(Object.values(modules).map((load) => load()));
}
