import { beforeAll, beforeEach, expect, it } from "vitest";

const MARKUP = `<p style="color: red">say style="x" &lt;b style="y"&gt;</p>`;
const written: string[] = [];

beforeAll(async () => {
  const native = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML");
  Object.defineProperty(Element.prototype, "innerHTML", {
    ...native,
    set(this: Element, html: string) {
      written.push(html);
      native?.set?.call(this, html);
    },
  });
  await import("./inline-styles");
});

beforeEach(() => {
  document.body.replaceChildren();
  written.length = 0;
});

it("hands the parser no style, and sets it all the same", () => {
  document.body.innerHTML = MARKUP;
  const shown = document.querySelector("p");
  expect(written).toEqual([MARKUP.replace(" style=", " data-held-style=")]);
  expect(shown?.style.color).toBe("red");
  expect(shown?.textContent).toBe('say style="x" <b style="y">');
  expect(shown?.hasAttribute("data-held-style")).toBe(false);
});

it("does the same for markup put beside an element", () => {
  const first = document.body.appendChild(document.createElement("div"));
  first.insertAdjacentHTML("afterend", MARKUP);
  expect(document.querySelector("p")?.style.color).toBe("red");
  expect(document.querySelector("[data-held-style]")).toBeNull();
});

it("turns the text of a style element into a sheet of the place it ends up in", async () => {
  const style = document.createElement("style");
  style.textContent = "p { color: red }";
  const place = document.body.attachShadow({ mode: "open" });
  place.append(style);
  await Promise.resolve();
  expect(style.childNodes).toHaveLength(0);
  expect(place.adoptedStyleSheets).toHaveLength(1);
  expect(document.adoptedStyleSheets).toHaveLength(0);
});
