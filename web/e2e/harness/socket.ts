/** Puts answers of a spec's own between those that the server sends to a subscription. */
import type { Page, WebSocketRoute } from "playwright-core";

interface Frame {
  type: string;
  id: string;
  payload?: { query?: string; data?: Record<string, unknown> };
}

export interface Injector {
  /** Resolves once the page has asked for the field. */
  asked: Promise<void>;
  /** What the server itself sent first. */
  first: Promise<unknown>;
  send: (value: object) => void;
}

/** Of pages opened from now on: the subscription that selects `field`. */
export async function injectInto(page: Page, field: string): Promise<Injector> {
  let target: { socket: WebSocketRoute; id: string } | undefined;
  let found: () => void = () => undefined;
  let came: (value: unknown) => void = () => undefined;
  const asked = new Promise<void>((resolve) => (found = resolve));
  const first = new Promise<unknown>((resolve) => (came = resolve));
  await page.routeWebSocket(/\/graphql$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((text) => {
      const frame = JSON.parse(text.toString()) as Frame;
      if (frame.type === "subscribe" && frame.payload?.query?.includes(field)) {
        target = { socket, id: frame.id };
        found();
      }
      server.send(text);
    });
    server.onMessage((text) => {
      const { id, payload } = JSON.parse(text.toString()) as Frame;
      if (id === target?.id && payload?.data) came(payload.data[field]);
      socket.send(text);
    });
  });
  return {
    asked,
    first,
    send: (value) =>
      target?.socket.send(
        JSON.stringify({ type: "next", id: target.id, payload: { data: { [field]: value } } }),
      ),
  };
}
