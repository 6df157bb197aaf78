/** Asks before something that cannot be undone; shown by ConfirmDialog.vue, once in the app. */
import { shallowRef } from "vue";

export interface Question {
  title: string;
  /** What will happen, and what will not. */
  consequences: string;
  /** The verb on the button. */
  action: string;
  tone?: "primary" | "error";
}

export const asked = shallowRef<(Question & { answer: (yes: boolean) => void }) | null>(null);

export async function confirm(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return await new Promise((resolve) => {
    asked.value = {
      ...question,
      answer: (yes) => {
        asked.value = null;
        resolve(yes);
      },
    };
  });
}
