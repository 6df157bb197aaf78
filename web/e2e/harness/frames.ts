/** How long a page stood still. */
import type { Page } from "playwright-core";

interface Watched {
  longestGap: number;
}

/** From now on: the longest time between two frames, in milliseconds. */
export async function watchFrames(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const watched = window as unknown as Watched;
    watched.longestGap = 0;
    let before = performance.now();
    const look = (now: number) => {
      watched.longestGap = Math.max(watched.longestGap, now - before);
      before = now;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  return async () =>
    await page.evaluate(() => Math.round((window as unknown as Watched).longestGap));
}
