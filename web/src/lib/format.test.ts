import { describe, expect, it } from "vitest";
import { formatCost, formatDuration, formatNumber, formatRelative } from "./format";

const NOW = Date.parse("2026-11-20T12:00:00Z");

describe("formatRelative", () => {
  it.each([
    ["2026-11-20T11:59:55Z", "just now"],
    ["2026-11-20T11:59:15Z", "45 seconds ago"],
    ["2026-11-20T11:57:00Z", "3 minutes ago"],
    ["2026-11-19T12:00:00Z", "yesterday"],
    ["2026-11-20T14:00:00Z", "in 2 hours"],
  ])("says of %s: %s", (time, words) => {
    expect(formatRelative(time, NOW)).toBe(words);
  });
});

describe("formatDuration", () => {
  it.each([
    [840, "840 ms"],
    [4_230, "4.2 s"],
    [59_970, "1 min 00 s"],
    [185_000, "3 min 05 s"],
    [7_800_000, "2 h 10 min"],
  ])("says of %i ms: %s", (milliseconds, words) => {
    expect(formatDuration(milliseconds)).toBe(words);
  });
});

it("groups the digits of large numbers", () => {
  expect(formatNumber(1234567)).toBe("1,234,567");
});

it("tells a small price by its first digits, and no price as none", () => {
  expect(formatCost("0.000123")).toBe("$0.00012");
  expect(formatCost("1.5")).toBe("$1.50");
  expect(formatCost(null)).toBe("–");
});
