/** A person without a mouse: looks where the focus is, and presses keys. */
import type { Locator, Page } from "playwright-core";
import { vi } from "vitest";

const MAX_TABS = 60;
/** No finger is faster. */
const HELD = { delay: 20 };
/** A group of radios chooses only while its arrow key is still down, however busy the machine is. */
const HELD_ARROW = { delay: 150 };
const PATIENCE = { timeout: 5_000, interval: 10 };

export const isFocused = async (target: Locator) =>
  await target.evaluate((element) => element === document.activeElement);

/** Tab, or another key, until the focus is there. */
export async function moveTo(target: Locator, key = "Tab"): Promise<void> {
  const page = target.page();
  await target.waitFor();
  for (let pressed = 0; pressed <= MAX_TABS; pressed++) {
    if (await isFocused(target)) return;
    await page.keyboard.press(key, key === "Tab" ? HELD : HELD_ARROW);
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

/** The marked option is what Enter takes. */
async function enter(option: Locator): Promise<void> {
  const page = option.page();
  const marked = page.locator("[role=option]:is(:focus, [data-highlighted])");
  await option.waitFor();
  for (let pressed = 0; pressed <= MAX_TABS; pressed++) {
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

/** Of a list that opens: by typing, if it is long, and by arrow keys. */
export async function pick(target: Locator, option: Locator, typed = ""): Promise<void> {
  const page = target.page();
  await press(target);
  await page.locator("[role=option]:is(:focus, [data-highlighted])").waitFor();
  await page.keyboard.type(typed);
  await enter(option);
}

/** From anywhere: the palette, by how what one is looking for begins. */
export async function command(page: Page, wanted: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+k");
  const palette = page.getByRole("dialog", { name: "Search and commands" });
  await palette.waitFor();
  await page.keyboard.type(wanted);
  await enter(palette.getByRole("option", { name: new RegExp(`^${wanted}`) }).first());
  await palette.waitFor({ state: "detached" });
}
