/** How the live connection stands: what the indicator in the frame tells. */
import { computed, ref } from "vue";

export type Connection = "live" | "reconnecting" | "offline";

const OFFLINE_AFTER_MS = 10_000;

/** Pure state, so that it can be tried without a socket. */
export function createConnection() {
  const isOpen = ref(false);
  const isLost = ref(false);
  const hasNetwork = ref(navigator.onLine);
  let patience: ReturnType<typeof setTimeout> | undefined;

  const state = computed<Connection>(() => {
    if (!hasNetwork.value) return "offline";
    if (isOpen.value) return "live";
    return isLost.value ? "offline" : "reconnecting";
  });

  function wait() {
    patience ??= setTimeout(() => (isLost.value = true), OFFLINE_AFTER_MS);
  }

  return {
    state,
    connecting: wait,
    opened() {
      clearTimeout(patience);
      patience = undefined;
      isLost.value = false;
      isOpen.value = true;
    },
    closed() {
      isOpen.value = false;
      wait();
    },
    network(isThere: boolean) {
      hasNetwork.value = isThere;
    },
  };
}

export const connection = createConnection();

addEventListener("online", () => {
  connection.network(true);
});
addEventListener("offline", () => {
  connection.network(false);
});
