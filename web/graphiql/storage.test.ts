import { afterEach, expect, it } from "vitest";
import { storage } from "./storage";

afterEach(() => {
  storage.clear();
});

it("X5: keeps what is typed out of the browser's storage", () => {
  storage.setItem("graphiql:tabState", "sk-canary");
  expect(storage.getItem("graphiql:tabState")).toBe("sk-canary");
  expect(localStorage).toHaveLength(0);
});

it("remembers the theme, and forgets it when cleared", () => {
  storage.setItem("graphiql:theme", "dark");
  expect(localStorage.getItem("graphiql:theme")).toBe("dark");
  storage.clear();
  expect(storage.getItem("graphiql:theme")).toBeNull();
});
