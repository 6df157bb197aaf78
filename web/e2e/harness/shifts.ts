/** What moved on a page without anybody having touched it, while its content arrived. */
import type { Page } from "playwright-core";

interface LayoutShift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
}

interface Watched {
  shifts: { value: number; text: string }[];
}

/** By this much an answer comes later than the one beside it, so that what holds the place of each
 * is seen. */
const LATE = 150;
/** As many as a screen asks at once, and more. */
const MANY = 6;

/** Less than a person sees: the share of the window that moves, times how far it does. */
const SEEN = 0.001;

/** From the next address on. The question asked `first` at once is the one answered first, those
 * after it follow, and those before it come last. */
export async function watchShifts(page: Page, first = 1): Promise<() => Promise<string[]>> {
  let underWay = 0;
  await page.route("**/graphql", async (route) => {
    underWay += 1;
    const turn = ((underWay - first + MANY) % MANY) + 1;
    await new Promise((resolve) => setTimeout(resolve, LATE * turn));
    underWay -= 1;
    await route.continue();
  });
  await page.addInitScript(() => {
    const watched = window as unknown as Watched;
    watched.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as LayoutShift[]) {
        if (hadRecentInput) continue;
        const moved = sources.map(({ node, previousRect: from, currentRect: to }) => {
          const text = node?.textContent?.trim().slice(0, 40) ?? "";
          return `“${text}” from ${from.x},${from.y} to ${to.x},${to.y}`;
        });
        watched.shifts.push({ value, text: `${value.toFixed(4)}: ${moved.join("; ")}` });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  return async () => {
    await page.waitForLoadState("networkidle");
    const shifts = await page.evaluate(() => (window as unknown as Watched).shifts);
    return shifts.filter(({ value }) => value > SEEN).map(({ text }) => text);
  };
}
