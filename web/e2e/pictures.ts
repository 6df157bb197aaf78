/** Takes the README's pictures, of the sample on the demo model: light and dark. */
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { visitAsOwner } from "./harness/browser";

const folder = fileURLToPath(new URL("../../docs/pictures/", import.meta.url));
const MAX_BYTES = 250_000;

async function take(page: Page, name: string): Promise<void> {
  // Far from everything that shows something when pointed at.
  await page.mouse.move(640, 1);
  for (const [colorScheme, suffix] of [
    ["light", ""],
    ["dark", "-dark"],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.waitForLoadState("networkidle");
    const path = `${folder}${name}${suffix}.png`;
    await page.screenshot({ path, animations: "disabled", caret: "hide" });
    expect(statSync(path).size).toBeLessThan(MAX_BYTES);
  }
}

it("pictures a run, from the button to its answer", async () => {
  const { page } = await visitAsOwner("/agents");
  await page.getByRole("article").getByText("Connected").waitFor({ timeout: 60_000 });
  await take(page, "agents");
  await page.getByRole("button", { name: "Run the sample" }).click();
  await page.getByText("Succeeded").first().waitFor({ timeout: 60_000 });
  await page.getByText("Its events are being fetched.").waitFor({ state: "detached" });
  await take(page, "run");
  await page.goto(new URL("/runs", page.url()).href);
  await page.getByRole("row").nth(1).waitFor();
  await take(page, "runs");
});

it("pictures the schema builder", async () => {
  const { page } = await visitAsOwner("/tasks");
  await page.getByRole("link", { name: "Classify Message" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "Edit" }).click();
  const response = page.getByRole("group", { name: "Response" });
  await response.getByRole("button", { name: "Open category" }).click();
  await response.getByRole("status").getByText("Valid").waitFor();
  await response.scrollIntoViewIfNeeded();
  await response.evaluate((group) => {
    group.scrollIntoView({ block: "start" });
  });
  await take(page, "schema-builder");
});
