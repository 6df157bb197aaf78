import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { read, store } from "./tab-storage";
import { enter, expire, leave } from "./viewer";

beforeEach(async () => {
  localStorage.setItem("rota.session", "half");
  const viewer = { name: "Ada", role: "OWNER" };
  vi.stubGlobal(
    "fetch",
    vi.fn<typeof fetch>(() => Promise.resolve(Response.json({ data: { viewer } }))),
  );
  await enter();
  sessionStorage.setItem("other", "stays");
  store("input", { kept: true });
});

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
  sessionStorage.clear();
});

it("keeps a value, and nothing where there is none", () => {
  expect(read("input")).toEqual({ kept: true });
  expect(read("output")).toBeNull();
});

it("forgets it when they sign out", async () => {
  await leave();
  expect(read("input")).toBeNull();
  expect(sessionStorage.getItem("other")).toBe("stays");
});

it("forgets it when the session ends", () => {
  expire();
  expect(read("input")).toBeNull();
});
