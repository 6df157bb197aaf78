/** Chooses from a list that opens: it holds the focus until it is gone. */
import type { Locator } from "playwright-core";

export async function choose(
  trigger: Locator,
  option: string | RegExp,
  search?: string,
): Promise<void> {
  const page = trigger.page();
  await trigger.click();
  if (search) await page.keyboard.type(search);
  await page.getByRole("option", { name: option, exact: true }).click();
  await page.getByRole("listbox").waitFor({ state: "detached" });
}
