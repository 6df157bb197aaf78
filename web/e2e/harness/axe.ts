/** What axe finds wrong with a page, in light and dark, wide and on a phone. */
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const script = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface AxeWindow {
  axe?: { run: (options: object) => Promise<AxeResults> };
}

async function look(page: Page): Promise<string[]> {
  const isThere = await page.evaluate(() => "axe" in window);
  if (!isThere) {
    const { readFile } = await import("node:fs/promises");
    // Evaluated by the debugger, which the page's policy does not concern.
    await page.evaluate(await readFile(script, "utf8"));
  }
  // A page that still moves has colours of its own.
  await page.evaluate(async () => {
    await Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
        .map(({ finished }) => finished),
    );
  });
  return await page.evaluate(async () => {
    const { axe } = window as unknown as AxeWindow;
    const results = await axe?.run({ resultTypes: ["violations"] });
    return (results?.violations ?? [{ id: "axe did not run", nodes: [] }]).flatMap(
      ({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html}\n  ${failureSummary ?? ""}`),
    );
  });
}

export async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  // A page behind another one may draw no frames, so that its transitions never end.
  await page.bringToFront();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // The page hears of it, and changes its colours, a frame later.
    await page.locator(colorScheme === "dark" ? "html.dark" : "html:not(.dark)").waitFor();
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      const here = await look(page);
      found.push(...here.map((text) => `${colorScheme} ${width}: ${text}`));
    }
  }
  return found;
}
