import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createConnection } from "./connection";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it("is live only while the socket is open", () => {
  const connection = createConnection();
  connection.connecting();
  expect(connection.state.value).toBe("reconnecting");
  connection.opened();
  expect(connection.state.value).toBe("live");
  connection.closed();
  expect(connection.state.value).toBe("reconnecting");
});

it("says offline once the tries have taken long, however many there were", () => {
  const connection = createConnection();
  connection.opened();
  connection.closed();
  vi.advanceTimersByTime(6_000);
  connection.connecting();
  connection.closed();
  expect(connection.state.value).toBe("reconnecting");
  vi.advanceTimersByTime(6_000);
  expect(connection.state.value).toBe("offline");
  connection.opened();
  vi.advanceTimersByTime(60_000);
  expect(connection.state.value).toBe("live");
});

it("says offline at once where the device has no network", () => {
  const connection = createConnection();
  connection.opened();
  connection.network(false);
  expect(connection.state.value).toBe("offline");
});
