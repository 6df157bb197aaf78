/** Providers as a person connects, breaks and removes them. Found by search: other specs fill the
 * list beyond its first page. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { createProvider } from "./harness/api";
import { violations } from "./harness/axe";
import { visitAsOwner } from "./harness/browser";
import { startOllama } from "./harness/ollama";

let ollama: Awaited<ReturnType<typeof startOllama>>;

beforeAll(async () => {
  ollama = await startOllama(["qwen3:4b", "gemma3:1b"]);
});

afterAll(() => {
  ollama.stop();
});

it("scenario 1: a new provider validates, then is connected, for everyone who looks", async () => {
  const { page: watcher } = await visitAsOwner("/providers?search=workshop");
  await watcher.getByRole("status").getByText("Live").waitFor();
  const { page, problems } = await visitAsOwner("/providers");
  await page.getByRole("link", { name: "New provider" }).click();
  await page.getByLabel("Name").fill("Workshop");
  await page.getByLabel("Address").fill(ollama.address);
  await page.getByRole("button", { name: "Connect" }).click();

  const drawer = page.getByRole("dialog", { name: "Workshop" });
  await drawer.getByText("Connected").waitFor();
  await drawer.getByText("qwen3:4b").waitFor();
  const row = watcher.getByRole("row").filter({ hasText: "Workshop" });
  await row.getByText("Connected").waitFor();
  expect(problems).toEqual([]);
});

it("scenario 7: a dead address ends in an error that says what to do", async () => {
  const { page } = await visitAsOwner("/providers/new");
  await page.getByLabel("Name").fill("Nobody home");
  await page.getByLabel("Address").fill("http://127.0.0.1:9");
  await page.getByRole("button", { name: "Connect" }).click();
  const drawer = page.getByRole("dialog", { name: "Nobody home" });
  await drawer.getByText("refused the connection").waitFor();
});

it("P3: an address that is nearly right is mended by one press", async () => {
  const { page, problems } = await visitAsOwner("/providers/new");
  await page.getByLabel("Name").fill("Nearly right");
  await page.getByLabel("Address").fill(`${ollama.address}/api/tags`);
  await page.getByRole("button", { name: "Connect" }).click();
  const drawer = page.getByRole("dialog", { name: "Nearly right" });
  const fix = drawer.getByRole("button", { name: `Use ${ollama.address}`, exact: true });
  await fix.waitFor();
  expect(await violations(page)).toEqual([]);
  await fix.click();
  await drawer.getByText("Connected").waitFor();
  await drawer.getByText(ollama.address, { exact: true }).waitFor();
  await drawer.getByText("qwen3:4b").waitFor();
  expect(await fix.count()).toBe(0);
  expect(problems).toEqual([]);
});

it("scenario 9: a taken name is said at the name", async () => {
  const { page } = await visitAsOwner("/providers/new");
  await page.getByLabel("Name").fill("workshop");
  await page.getByLabel("Address").fill(ollama.address);
  await page.getByRole("button", { name: "Connect" }).click();
  const name = page.getByLabel("Name");
  await page.locator("input[aria-invalid=true]").waitFor();
  expect(await name.getAttribute("aria-invalid")).toBe("true");
  expect(await name.evaluate((field) => field === document.activeElement)).toBe(true);
});

it("asks before what was typed is lost, by Escape and by the back button", async () => {
  const { page } = await visitAsOwner("/providers");
  await page.getByRole("link", { name: "New provider" }).click();
  await page.getByLabel("Name").fill("Half done");
  await page.keyboard.press("Escape");
  const question = page.getByRole("dialog", { name: "Discard your changes?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  await question.waitFor({ state: "hidden" });
  expect(await page.getByLabel("Name").inputValue()).toBe("Half done");
  await page.goBack();
  await question.getByRole("button", { name: "Discard changes" }).click();
  await page.waitForURL((url) => url.pathname === "/providers");
});

it("P6: one that nobody uses is deleted, and leaves every list", async () => {
  const { page: watcher } = await visitAsOwner("/providers?search=nobody");
  const row = watcher.getByRole("row").filter({ hasText: "Nobody home" });
  await row.waitFor();
  const { page } = await visitAsOwner("/providers?search=nobody");
  await page.getByRole("button", { name: "Actions for Nobody home" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete provider" }).click();
  await row.waitFor({ state: "detached" });
});

it("P6: one that is deactivated says so, and can be activated again", async () => {
  await createProvider("Resting", ollama.address);
  const { page, problems } = await visitAsOwner("/providers?search=Resting");
  const row = page.getByRole("row").filter({ hasText: "Resting" });
  const actions = row.getByRole("button", { name: "Actions for Resting" });
  await actions.click();
  await page.getByRole("menuitem", { name: "Deactivate" }).click();
  await page.getByRole("button", { name: "Deactivate", exact: true }).click();
  await row.getByText("Inactive").waitFor();
  await actions.click();
  await page.getByRole("menuitem", { name: "Activate" }).click();
  await row.getByText("Inactive").waitFor({ state: "detached" });
  expect(problems).toEqual([]);
});

it("what does not reach the server is taken back, and said where one looks", async () => {
  await createProvider("Unreached", ollama.address);
  const { page, problems } = await visitAsOwner("/providers?search=Unreached");
  const row = page.getByRole("row").filter({ hasText: "Unreached" });
  const choose = async (action: string) => {
    await row.getByRole("button", { name: "Actions for Unreached" }).click();
    await page.getByRole("menuitem", { name: action }).click();
  };
  await row.waitFor();
  await page.route("**/graphql", async (route) => {
    await route.abort();
  });
  await choose("Deactivate");
  await page.getByRole("button", { name: "Deactivate", exact: true }).click();
  await row.getByRole("button", { name: "Not deactivated" }).click();
  await page.getByText("Rota does not answer").waitFor();
  expect(await row.getByText("Inactive").count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Dismiss" }).click();
  await row.getByRole("button", { name: "Not deactivated" }).waitFor({ state: "detached" });

  await choose("Delete");
  const question = page.getByRole("dialog", { name: "Delete Unreached?" });
  await question.getByRole("button", { name: "Delete provider" }).click();
  await question.getByRole("alert").getByText("Rota does not answer").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.unroute("**/graphql");
  await question.getByRole("button", { name: "Try again" }).click();
  await row.waitFor({ state: "detached" });
  expect(problems).toEqual([]);
});

it.each(["/providers", "/providers/new", "/no-such-page"])(
  "axe finds nothing on %s",
  async (path) => {
    const { page, problems } = await visitAsOwner(path);
    await page.getByRole("heading").first().waitFor();
    expect(await violations(page)).toEqual([]);
    expect(problems).toEqual([]);
  },
);

it("axe finds nothing on a provider, nor in the palette", async () => {
  const { page } = await visitAsOwner("/providers?search=workshop");
  await page.getByRole("link", { name: "Workshop" }).click();
  await page.getByRole("dialog").getByText("Connected").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("Control+k");
  await page.getByRole("option", { name: "New provider" }).waitFor();
  expect(await violations(page)).toEqual([]);
});
