/** X4: whatever a model, a vendor or a person says is text: it runs nothing, asks nobody, and
 * breaks no page. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as api from "./harness/api";
import { origin, visitAsOwner } from "./harness/browser";
import { type Vendor, answer, startVendor } from "./harness/vendor";

const BAD = "window.hacked=1";
const HOST = "https://elsewhere.example";
const HOSTILE = [
  `<script>${BAD}</script>`,
  `</script><script>${BAD}</script>`,
  `<img src=x onerror="${BAD}">`,
  `"><img src=x onerror="${BAD}">`,
  `' onmouseover='${BAD}' x='`,
  `<svg onload="${BAD}"></svg>`,
  `<svg><script>${BAD}</script></svg>`,
  `<iframe srcdoc="<script>parent.${BAD}</script>"></iframe>`,
  `<img src="${HOST}/pixel.png">`,
  `<link rel=stylesheet href="${HOST}/a.css">`,
  `<style>@import "${HOST}/b.css";</style>`,
  `<div style="position:fixed;inset:0;background:url(${HOST}/c.png)">over</div>`,
  `<base href="${HOST}/">`,
  `<meta http-equiv="refresh" content="0;url=${HOST}">`,
  `<form action="${HOST}"><button autofocus>Send</button></form>`,
  `<a href="javascript:${BAD}">press</a>`,
  `javascript:${BAD}`,
  `data:text/html,<script>${BAD}</script>`,
  `[press](javascript:${BAD}) ![x](${HOST}/d.png)`,
  `{{constructor.constructor("${BAD}")()}}`,
  `\${${BAD}} #{${BAD}} <%= ${BAD} %>`,
  `<noscript><p title="</noscript><img src=x onerror=${BAD}>"></noscript>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror=${BAD}>">`,
  `<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=${BAD}>`,
  `&lt;img src=x onerror=${BAD}&gt; &#60;script&#62; &amp;lt;`,
  `\u202Egnp.exe\u202C \u2066isolated\u2069 \u200Fright`,
  `\u001B[31mred\u001B[0m \u001B]8;;${HOST}\u0007link\u001B]8;;\u0007`,
  `before\u0001\u0008\u000B\u001F\uFEFF\uFFFEafter`,
  "W".repeat(400),
  `Z${"\u0351\u0489".repeat(80)}`,
];
const MAX_NAME_LENGTH = 100;
const printable = (text: string) => text.replace(/[^\P{C}\p{Cf}]/gu, "");
/** What the server takes: nothing that is not seen, such as what turns around the text beside it. */
const name = (text: string) => printable(text).replace(/\p{Default_Ignorable_Code_Point}/gu, "");

let vendor: Vendor;
let page: Page;
let problems: string[];

beforeAll(async () => {
  vendor = await startVendor(answer({ text: "fine" }));
  ({ page, problems } = await visitAsOwner("/providers"));
});

afterAll(() => {
  vendor.stop();
});

/** Wide and narrow: nothing ran, nothing left, and there is nothing to scroll to sideways. */
async function expectHarmless(what: string): Promise<void> {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    const seen = await page.evaluate(() => {
      const wide = [document.documentElement, ...document.querySelectorAll("main, [role=dialog]")];
      return {
        hacked: "hacked" in window,
        foreign: document.querySelectorAll("main :is(script, iframe, form[action], base, meta)")
          .length,
        tooWide: wide
          .filter((box) => box.scrollWidth > box.clientWidth + 1)
          .map((box) => {
            const edge = box.getBoundingClientRect().right + 1;
            const over = [...box.querySelectorAll("*")].filter(
              (element) => element.getBoundingClientRect().right > edge,
            );
            return over.at(-1)?.outerHTML.slice(0, 300);
          }),
        away: location.origin,
      };
    });
    expect({ what, width, ...seen }).toEqual({
      what,
      width,
      hacked: false,
      foreign: 0,
      tooWide: [],
      away: origin,
    });
  }
  expect(problems).toEqual([]);
}

it("as names, of providers, agents and tasks", { timeout: 120_000 }, async () => {
  const schema = { type: "object", properties: { text: { type: "string" } } };
  const drawers: string[] = [];
  for (const [index, text] of HOSTILE.entries()) {
    const called = `${index} ${name(text)}`.slice(0, MAX_NAME_LENGTH).trim();
    const provider = await api.createProvider(called, "http://127.0.0.1:9/v1");
    const description = printable(text);
    const agent = await api.createAgent(called, provider, { description, systemPrompt: text });
    const task = await api.createTask(called, schema);
    const assignment = await api.assign(agent, task);
    // These are too long, or lead the wrong way; the others look alike.
    if (text.startsWith("W") || text.startsWith("Z") || text.startsWith("\u202E")) {
      drawers.push(`/providers/${provider}`, `/agents/${agent}`, `/agents/${agent}/tasks`);
      drawers.push(`/tasks/${task}`, `/tasks/${task}/edit`, `/runs/new?assignment=${assignment}`);
    }
  }
  for (const path of ["/providers", "/agents", "/tasks", "/audit"]) {
    await page.goto(origin + path);
    await page.getByRole("heading").first().waitFor();
    await page.getByText("WWWWWWWW").first().waitFor();
    await expectHarmless(path);
  }
  expect(drawers).toHaveLength(18);
  for (const path of drawers) {
    await page.goto(origin + path);
    await page
      .getByRole("dialog")
      .getByRole("status", { name: /^Loading/ })
      .waitFor({ state: "detached" });
    await expectHarmless(path);
  }
});

it("as output of a model, read field by field and raw", { timeout: 120_000 }, async () => {
  const provider = await api.createProvider("Hostile model", vendor.address);
  const agent = await api.createAgent("Hostile model", provider);
  const assignment = await api.assign(
    agent,
    await api.createTask("Hostile output", {
      type: "object",
      properties: { texts: { type: "array", items: { type: "string" } } },
      additionalProperties: { type: "string" },
    }),
  );
  const keys = Object.fromEntries(HOSTILE.map((text, index) => [text, `key ${index}`]));
  vendor.says(answer({ texts: HOSTILE, ...keys }));
  const run = await api.runTask(assignment, HOSTILE.join("\n"));
  expect(await api.untilEnd(run)).toMatchObject({ output: { texts: HOSTILE } });
  await page.goto(`${origin}/runs/${run}`);
  await page
    .getByText(HOSTILE[0] ?? "", { exact: true })
    .first()
    .waitFor();
  await expectHarmless("fields");
  await page.getByRole("button", { name: "Raw output" }).click();
  await page.getByRole("button", { name: "Fields of the output" }).waitFor();
  await expectHarmless("raw");
});

it("as errors: of a vendor, and of an answer that is rejected", { timeout: 120_000 }, async () => {
  const provider = await api.createProvider("Hostile errors", vendor.address);
  const agent = await api.createAgent("Hostile errors", provider, {
    modelSettings: { outputRetries: 0 },
  });
  const assignment = await api.assign(
    agent,
    await api.createTask("Hostile errors", {
      type: "object",
      properties: { kind: { enum: ["fine"] } },
      required: ["kind"],
      additionalProperties: false,
    }),
  );
  const everything = HOSTILE.join(" ");
  const answers = [
    answer({ kind: everything, [everything]: 1 }),
    answer(everything),
    { pieces: [], trouble: { status: 400, message: everything } },
    { pieces: [], trouble: { status: 401, message: everything } },
  ];
  for (const [index, said] of answers.entries()) {
    vendor.says(said);
    const run = await api.runTask(assignment, "hello");
    expect((await api.untilEnd(run)).status).toBe("FAILED");
    await page.goto(`${origin}/runs/${run}`);
    await page.getByText("Failed", { exact: true }).first().waitFor();
    await expectHarmless(`error ${index}`);
  }
});
