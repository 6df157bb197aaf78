/** What the palette offers: each feature brings its own in `commands.ts`. */
import type { RouteLocationRaw } from "vue-router";
import type { Role } from "./viewer";

export interface Command {
  label: string;
  icon: string;
  group: "go" | "create" | "run";
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
