/** The one socket that all subscriptions share: opened with the first, kept by pings, retried. */
import { type Client, createClient } from "graphql-ws";
import { connection } from "./connection";
import { storedHalf } from "./session";

const SIGN_IN = 4401;
const PING_INTERVAL_MS = 10_000;
const PONG_TIMEOUT_MS = 5_000;
const MAX_RETRY_DELAY_MS = 5_000;

export interface SocketEvents {
  /** The connection is back: what is shown may have missed changes. */
  reconnected: () => void;
  /** The server refuses the session. */
  refused: () => void;
}

export function socketUrl(page: Location = location): string {
  return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}/graphql`;
}

function isRefusal(event: unknown): boolean {
  return (event as Partial<CloseEvent> | null)?.code === SIGN_IN;
}

export function createSocket(events: SocketEvents): Client {
  let silence: ReturnType<typeof setTimeout> | undefined;
  let wasOpen = false;

  const socket = createClient({
    url: socketUrl(),
    connectionParams: () => ({ session: storedHalf() }),
    lazy: true,
    lazyCloseTimeout: 3_000,
    keepAlive: PING_INTERVAL_MS,
    retryAttempts: Infinity,
    shouldRetry: (event) => !isRefusal(event),
    retryWait: async (retries) => {
      const wait = Math.min(250 * 2 ** retries, MAX_RETRY_DELAY_MS) * (0.75 + Math.random() / 2);
      await new Promise((resolve) => setTimeout(resolve, wait));
    },
    on: {
      connecting: connection.connecting,
      connected: () => {
        connection.opened();
        if (wasOpen) events.reconnected();
        wasOpen = true;
      },
      ping: (received) => {
        if (received) return;
        // A socket can be dead without having been closed.
        silence = setTimeout(() => {
          socket.terminate();
        }, PONG_TIMEOUT_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(silence);
      },
      closed: (event) => {
        clearTimeout(silence);
        connection.closed();
        if (isRefusal(event)) events.refused();
      },
    },
  });
  return socket;
}
