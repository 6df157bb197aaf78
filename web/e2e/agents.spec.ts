/** Agents as a person makes, changes, assigns and removes them; and who is loaded, who gets in,
 * who did what. */
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { ask, createAgent, createProvider, createTask } from "./harness/api";
import { violations } from "./harness/axe";
import { visitAsOwner } from "./harness/browser";
import { choose } from "./harness/choose";
import { startOllama } from "./harness/ollama";

const NAME = "Message Sorter";
/** The list may be long: other specs fill it too. */
const AGENTS = `/agents?search=${NAME}`;
let ollama: Awaited<ReturnType<typeof startOllama>>;

beforeAll(async () => {
  ollama = await startOllama(["qwen3:4b", "gemma3:1b"]);
  await createTask(
    "Sort Letters",
    { type: "object", properties: { category: { type: "string" } } },
    { type: "object", properties: { message: { type: "string" } } },
  );
  await createProvider("Retired gateway", "http://127.0.0.1:9/v1");
  return () => {
    ollama.stop();
  };
});

it("scenario 2: a new agent stands in everyone’s list with its model and provider", async () => {
  const { page: providers } = await visitAsOwner("/providers/new");
  await providers.getByLabel("Name").fill("Agents’ bench");
  await providers.getByLabel("Address").fill(ollama.address);
  await providers.getByRole("button", { name: "Connect" }).click();
  await providers.getByRole("dialog").getByText("Connected").waitFor();

  const { page: watcher } = await visitAsOwner(AGENTS);
  await watcher.getByRole("status").getByText("Live").waitFor();
  const { page, problems } = await visitAsOwner(AGENTS);
  await page.getByRole("link", { name: "New agent" }).click();
  await page.getByLabel("Name").fill(NAME);
  await page.getByLabel("Description").fill("Tells bugs from wishes");
  await choose(page.getByRole("dialog").getByLabel("Provider"), /^Agents’ bench/, "bench");
  const model = page.getByLabel(/^Model/);
  await model.fill("qwen3:4b");
  await page.keyboard.press("Escape");
  await closed(page);
  await page.getByLabel("System prompt").fill("Sort each message.");
  await page.getByRole("button", { name: "Create agent" }).click();
  await page.getByRole("dialog", { name: `Tasks of ${NAME}` }).waitFor();

  const card = watcher.getByRole("article", { name: NAME });
  for (const text of ["Tells bugs from wishes", "qwen3:4b", "Agents’ bench", "Connected"]) {
    await card.getByText(text).waitFor();
  }
  expect(problems).toEqual([]);
});

it("scenario 4: an assigned task shows with the agent, with an instance in a worker", async () => {
  const { page } = await visitAsOwner(AGENTS);
  const card = page.getByRole("article", { name: NAME });
  await card.getByRole("link", { name: "Assign the first task" }).click();
  const panel = page.getByRole("dialog", { name: `Tasks of ${NAME}` });
  await panel.getByLabel(/^Task to assign/).click();
  await page.getByRole("option", { name: /Sort Letters/ }).click();
  await closed(page);
  await panel.getByRole("button", { name: "Assign", exact: true }).click();
  await panel.getByRole("link", { name: "Sort Letters", exact: true }).waitFor();
  await panel.getByText("Ready", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await card.getByText("Sort Letters").waitFor();

  await page.goto(page.url().replace(/\/agents.*/, "/instances"));
  await page.getByRole("link", { name: NAME }).waitFor();
  expect(await violations(page)).toEqual([]);
});

it("scenario 9: a taken name is said at the name", async () => {
  const { page } = await visitAsOwner(AGENTS);
  await page.getByRole("article", { name: NAME }).getByRole("link", { name: NAME }).click();
  await page.getByRole("dialog", { name: NAME }).getByRole("link", { name: "Edit" }).click();
  await createAgent("Somebody else’s", await providerId("Retired gateway"));
  await page.getByLabel("Name").fill("somebody ELSE’S");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator("input[aria-invalid=true]").waitFor();
  expect(await page.getByLabel("Name").getAttribute("aria-invalid")).toBe("true");
});

it("two people at one agent: the second sees both versions, and nothing typed is lost", async () => {
  const { page: first } = await visitAsOwner(`/agents/${await agentId(NAME)}/edit`);
  const { page: second } = await visitAsOwner(`/agents/${await agentId(NAME)}/edit`);
  await second.getByLabel("System prompt").fill("Mine.");
  await first.getByLabel("System prompt").fill("Theirs.");
  await first.getByLabel("Temperature").fill("0.5");
  await first.getByRole("button", { name: "Save" }).click();
  await first.getByRole("dialog", { name: NAME, exact: true }).waitFor();

  await second.getByRole("button", { name: "Save" }).click();
  const conflict = second.getByRole("alert").filter({ hasText: "Somebody else changed this" });
  await conflict.getByText("Theirs.").waitFor();
  await conflict.getByText("Mine.").waitFor();
  await conflict.getByRole("button", { name: "Go on with mine" }).click();
  expect(await second.getByLabel("Temperature").inputValue()).toBe("0.5");
  await second.getByRole("button", { name: "Save" }).click();
  await second.getByRole("dialog", { name: NAME, exact: true }).getByText("Mine.").waitFor();

  await second.goto(`${new URL(second.url()).origin}/agents/${await agentId(NAME)}/history`);
  await second.getByRole("region", { name: "System prompt, revision 3" }).waitFor();
  expect(await violations(second)).toEqual([]);
});

it("has more settings behind a fold, which opens for what is wrong there", async () => {
  const id = await createAgent("Finely set", await providerId("Retired gateway"));
  const { page, problems } = await visitAsOwner(`/agents/${id}/edit`);
  const fold = page.getByRole("button", { name: "More settings" });
  await fold.press("Enter");
  await page.getByRole("combobox", { name: /^Output mode/ }).press("Enter");
  await page.getByRole("option", { name: /^Tool call/ }).click();
  await closed(page);
  const extra = page.getByLabel("Extra");
  await extra.fill('{ "messages": [] }');
  await fold.press("Enter");
  await extra.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("messages: Rota sets this itself", { exact: false }).first().waitFor();
  expect(await extra.evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await violations(page)).toEqual([]);
  await extra.fill('{ "top_k": 40 }');
  await page.getByRole("button", { name: "Save" }).click();
  const drawer = page.getByRole("dialog", { name: "Finely set", exact: true });
  await drawer.getByText("Tool call").waitFor();
  await drawer.getByText('"top_k": 40').waitFor();
  expect(problems).toEqual([]);
});

it("A3: deleting says what goes on, and the card leaves every list", async () => {
  const { page: watcher } = await visitAsOwner("/agents?search=Somebody");
  const card = watcher.getByRole("article", { name: "Somebody else’s" });
  await card.waitFor();
  const { page } = await visitAsOwner("/agents?search=Somebody");
  await page.getByRole("button", { name: "Actions for Somebody else’s" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const question = page.getByRole("dialog", { name: "Delete Somebody else’s?" });
  await question.getByText("Its runs and revisions stay readable").waitFor();
  await question.getByRole("button", { name: "Delete agent" }).click();
  await card.waitFor({ state: "detached" });
});

it("a token’s secret is shown once, and the token can be revoked", async () => {
  const { page, problems } = await visitAsOwner("/access");
  await page.getByRole("link", { name: "New token" }).click();
  await page.getByLabel("Name").fill("Night job");
  await page.getByRole("button", { name: "Create token" }).click();
  const shown = page.getByRole("dialog", { name: "Token Night job" });
  const secret = await shown.getByRole("region", { name: "Secret" }).innerText();
  expect(secret.length).toBeGreaterThan(40);
  await page.mouse.move(0, 0);
  expect(await violations(page)).toEqual([]);
  await shown.getByRole("button", { name: "I have copied it" }).click();
  await page.getByRole("button", { name: "Revoke Night job" }).waitFor();
  expect(await page.content()).not.toContain(secret);
  await page.getByRole("button", { name: "Revoke Night job" }).click();
  await page.getByRole("button", { name: "Revoke token" }).click();
  await page.getByRole("button", { name: "Revoke Night job" }).waitFor({ state: "detached" });
  await page.getByText("This browser").waitFor();
  expect(problems).toEqual([]);
});

it("the audit tells before and after, and can be narrowed to one thing", async () => {
  const { page } = await visitAsOwner("/audit");
  const rows = page.getByRole("row").filter({ hasText: NAME });
  await rows.getByRole("link", { name: "Updated agent" }).first().click();
  const entry = page.getByRole("dialog", { name: "Updated agent" });
  await entry.getByRole("region", { name: "System prompt" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await entry.getByRole("button", { name: "Only this subject" }).click();
  await page.waitForURL((url) => url.searchParams.has("subject"));
  await page.getByText(`Only what was done to ${NAME}`).waitFor();
  expect(await page.getByRole("row").filter({ hasText: "Night job" }).count()).toBe(0);
});

it.each(["/agents", "/agents/new", "/access", "/audit"])(
  "axe finds nothing on %s",
  async (path) => {
    const { page, problems } = await visitAsOwner(path);
    await page.getByRole("heading").first().waitFor();
    expect(await violations(page)).toEqual([]);
    expect(problems).toEqual([]);
  },
);

/** A menu that closes gives the focus back; a person is never faster than that. */
async function closed(page: Page): Promise<void> {
  await page.getByRole("listbox").waitFor({ state: "detached" });
}

interface Named {
  nodes: { id: string; name: string }[];
}

async function idOf(list: string, name: string): Promise<string> {
  const { nodes } = await ask<Named>(
    `query ($search: String) { ${list}(search: $search) { nodes { id name } } }`,
    { search: name },
  );
  const found = nodes.find((node) => node.name === name);
  if (!found) throw new Error(`There is no ${name} among ${list}.`);
  return found.id;
}

const agentId = (name: string) => idOf("agents", name);
const providerId = (name: string) => idOf("providers", name);
