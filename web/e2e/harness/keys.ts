/** A person without a mouse: looks where the focus is, and presses keys. */
import type { Locator, Page } from "playwright-core";

const FURTHEST = 60;
/** No finger is faster; a group of radios looks whether its arrow key is still down. */
const HELD = { delay: 20 };

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

/** Of a list that opens: by arrow keys, as far as it takes. */
export async function pick(target: Locator, option: Locator): Promise<void> {
  const page = target.page();
  await press(target);
  await option.waitFor();
  for (let pressed = 0; pressed <= FURTHEST; pressed++) {
    const isMarked = await option.evaluate(
      (element) => element === document.activeElement || "highlighted" in element.dataset,
    );
    if (isMarked) {
      await page.keyboard.press("Enter");
      await page.getByRole("listbox").waitFor({ state: "detached" });
      return;
    }
    await page.keyboard.press("ArrowDown");
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
