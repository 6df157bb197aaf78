import { expect, it } from "vitest";
import { fixOf } from "./provider-fix";

const fix = (baseUrl: string | null, right: string | null) =>
  fixOf({ baseUrl, validationFix: right === null ? null : { label: "Use it", baseUrl: right } });

it.each([
  ["http://localhost:8000", "http://localhost:8000/v1"],
  ["http://localhost:8000/v1/chat/completions", "http://localhost:8000/v1"],
  ["HTTP://Localhost:80", "http://localhost/v1"],
  ["http://[::1]:8000", "http://[::1]:8000/v1"],
])("is offered where the key stays: %s", (stored, right) => {
  expect(fix(stored, right)).toEqual({ label: "Use it", baseUrl: right });
});

it.each([
  ["http://localhost:8000", null],
  [null, "http://localhost/v1"],
  ["http://localhost:8000", "http://localhost:8001/v1"],
  ["http://localhost", "https://localhost/v1"],
  ["http://localhost", "http://elsewhere.test/v1"],
  ["http://localhost", "no address"],
])("is not where there is none, or the key would not go along: %s, %s", (stored, right) => {
  expect(fix(stored, right)).toBeNull();
});

it("is not where the button would change no address", () => {
  const validationFix = { label: "Pull it", baseUrl: null };
  expect(fixOf({ baseUrl: "http://localhost", validationFix })).toBeNull();
});
