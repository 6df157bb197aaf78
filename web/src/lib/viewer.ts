/** Who is signed in, and what they may do. */
import { computed, readonly, ref } from "vue";
import { resetClient } from "./client";
import * as session from "./session";
import * as tab from "./tab-storage";

const ROLES = ["VIEWER", "OPERATOR", "EDITOR", "OWNER"] as const;
export type Role = (typeof ROLES)[number];

const viewer = ref<session.Viewer | null>(null);
const state = ref<"unknown" | "signed-in" | "signed-out">("unknown");
const notice = ref("");

/** Signs in by the link's code if there is one, else finds out who is signed in. */
export async function enter(credential?: session.Credential): Promise<void> {
  const code = session.takeCode();
  const given = credential ?? (code ? { code } : null);
  notice.value = "";
  if (given) await attempt(() => session.signIn(given));
  await attempt(async () => {
    viewer.value = await session.fetchViewer();
  });
  state.value = viewer.value ? "signed-in" : "signed-out";
}

export async function leave(): Promise<void> {
  notice.value = "";
  await attempt(session.signOut);
  forget();
}

/** The server no longer knows this session. */
export function expire(): void {
  if (state.value !== "signed-in") return;
  session.forgetHalf();
  notice.value = "You are signed out: the session has ended or was revoked.";
  forget();
}

function forget(): void {
  viewer.value = null;
  state.value = "signed-out";
  tab.clear();
  resetClient();
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof session.Refusal)) throw error;
    notice.value ||= error.message;
  }
}

export function can(role: Role): boolean {
  const held = ROLES.indexOf(viewer.value?.role as Role);
  return held >= ROLES.indexOf(role);
}

export function useViewer() {
  return {
    viewer: readonly(viewer),
    state: readonly(state),
    notice: readonly(notice),
    isOwner: computed(() => can("OWNER")),
  };
}
