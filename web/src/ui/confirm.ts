/** Asks before something that others will feel, and may do it while the question stands; shown by
 * ConfirmDialog.vue, once in the app. */
import { shallowReactive, shallowRef } from "vue";
import type { Done } from "@/lib/outcome";

export interface Question {
  title: string;
  /** What will happen, and what will not. */
  consequences: string;
  /** The verb on the button. */
  action: string;
  tone?: "primary" | "error";
  /** What yes does: the question stays until it is done, and tells what stood in the way. */
  act?: () => Promise<Done>;
}

export interface Asked extends Question {
  isActing: boolean;
  failure: string | null;
  answer: (yes: boolean) => void;
}

export const asked = shallowRef<Asked | null>(null);

/** Whether it was agreed to; of a question that acts: whether it is done. */
export async function confirm(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return await new Promise((resolve) => {
    const mine: Asked = shallowReactive({ ...question, isActing: false, failure: null, answer });
    asked.value = mine;

    function end(yes: boolean): void {
      if (asked.value === mine) asked.value = null;
      resolve(yes);
    }

    async function act(work: NonNullable<Question["act"]>): Promise<void> {
      if (mine.isActing) return;
      mine.isActing = true;
      mine.failure = null;
      const done = await work();
      mine.isActing = false;
      if (done.ok) end(true);
      else mine.failure = done.failure.message;
    }

    function answer(yes: boolean): void {
      if (yes && question.act) void act(question.act);
      else end(yes);
    }
  });
}
