/** A person without a mouse: looks where the focus is, and presses keys. */
import type { Locator, Page } from "playwright-core";
import { vi } from "vitest";

const FURTHEST = 60;
/** No finger is faster; a group of radios looks whether its arrow key is still down. */
const HELD = { delay: 20 };
const PATIENCE = { timeout: 5_000, interval: 10 };

export const isFocused = async (target: Locator) =>
  await target.evaluate((element) => element === document.activeElement);

/** Tab, or another key, until the focus is there. */
export async function moveTo(target: Locator, key = "Tab"): Promise<void> {
  const page = target.page();
  await target.waitFor();
  for (let pressed = 0; pressed <= FURTHEST; pressed++) {
    if (await isFocused(target)) return;
    await page.keyboard.press(key, HELD);
  }
  throw new Error(`${key} does not lead to ${String(target)}.`);
}

export async function press(target: Locator, key = "Enter"): Promise<void> {
  await moveTo(target);
  await target.page().keyboard.press(key);
}

/** Replaces what the field holds. */
export async function write(target: Locator, text: string): Promise<void> {
  await moveTo(target);
  const { keyboard } = target.page();
  await keyboard.press("ControlOrMeta+a");
  await keyboard.type(text);
}

/** Of a list that opens: by typing, if it is long, and by arrow keys. */
export async function pick(target: Locator, option: Locator, typed = ""): Promise<void> {
  const page = target.page();
  const marked = page.locator("[role=option]:is(:focus, [data-highlighted])");
  await press(target);
  await marked.waitFor();
  await page.keyboard.type(typed);
  await option.waitFor();
  for (let pressed = 0; pressed <= FURTHEST; pressed++) {
    const before = await marked.textContent();
    if (before === (await option.textContent())) {
      await page.keyboard.press("Enter");
      await page.getByRole("listbox").waitFor({ state: "detached" });
      return;
    }
    await page.keyboard.press("ArrowDown");
    await vi.waitUntil(async () => (await marked.textContent()) !== before, PATIENCE);
  }
  throw new Error(`The arrow keys do not lead to ${String(option)}.`);
}

/** From anywhere: the palette, by what one is looking for. */
export async function command(page: Page, wanted: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("dialog", { name: "Search and commands" }).waitFor();
  await page.keyboard.type(wanted);
  await page.getByRole("option", { name: wanted }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Search and commands" }).waitFor({ state: "detached" });
}
