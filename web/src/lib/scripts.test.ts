import { describe, expect, it } from "vitest";
import { mixedScripts } from "./scripts";

describe("a name that may be meant to look like another one", () => {
  it.each([
    ["Вilling Bot", ["Cyrillic", "Latin"]],
    ["Billing Воt", ["Latin", "Cyrillic"]],
    ["Βilling Bot", ["Greek", "Latin"]],
    ["𝐁illing Bot", ["mathematical", "Latin"]],
    ["Ᏼilling Bot", ["Cherokee", "Latin"]],
    ["ꓐilling Bot", ["Lisu", "Latin"]],
  ])("%s", (name, scripts) => {
    expect(mixedScripts(name)).toEqual(scripts);
  });
});

describe("a name like any other", () => {
  it.each([
    "Billing Bot",
    "Größe – 2 €",
    "Счёт 7",
    "請求ボットのbot",
    "청구 bot 請求",
    "דוח 1",
    "می‌خواهم",
    "🔑",
    "",
    "Ｂilling",
  ])("%s", (name) => {
    expect(mixedScripts(name)).toEqual([]);
  });
});
