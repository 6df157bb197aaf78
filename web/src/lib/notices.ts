/** What became of an action, told beside the thing that it was about. Forms and questions tell
 * their own failures. */
import { reactive } from "vue";
import type { Done } from "./outcome";

export interface Notice {
  title: string;
  text: string;
  isFailure: boolean;
}

const notices = reactive(new Map<string, Notice>());

export function noticeOf(id: string): Notice | undefined {
  return notices.get(id);
}

export function tell(id: string, notice: Notice): void {
  notices.set(id, notice);
}

/** Nothing where it worked. */
export function tellFailure(id: string, title: string, done: Done): void {
  if (!done.ok) tell(id, { title, text: done.failure.message, isFailure: true });
}

export function dismiss(id: string): void {
  notices.delete(id);
}
