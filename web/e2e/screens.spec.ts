/** axe on the screens that no other spec looks at: light and dark, wide and on a phone; and what is
 * not there. */
import { afterAll, beforeAll, expect, it } from "vitest";
import * as api from "./harness/api";
import { violations } from "./harness/axe";
import { visitAsOwner } from "./harness/browser";
import { Gate, type Vendor, answer, startVendor } from "./harness/vendor";

const gate = new Gate();
const ids: Record<string, string> = {};
let vendor: Vendor;

beforeAll(async () => {
  vendor = await startVendor(answer({ category: "bug", confidence: 0.9, reasoning: "Broken." }));
  ids.provider = await api.createProvider("Screens", vendor.address);
  ids.agent = await api.createAgent("Screens", ids.provider, { userPrompt: "{{message}}" });
  ids.task = await api.createTask("Screens", api.CLASSIFICATION, api.MESSAGE);
  ids.assignment = await api.assign(ids.agent, ids.task);
  vendor.says(answer({ category: "bug", confidence: 0.9, reasoning: "More." }, gate));
  ids.running = await api.runTask(ids.assignment, { message: "hello" });
  await gate.held;
});

afterAll(() => {
  gate.open();
  vendor.stop();
});

it.each([
  "/agents/:agent",
  "/agents/:agent/edit",
  "/agents/:agent/history",
  "/tasks/:task/history",
  "/providers/:provider/edit",
  "/runs/new?assignment=:assignment",
  "/runs/:running",
  "/instances",
  "/access/new",
])("axe finds nothing on %s", { timeout: 60_000 }, async (path) => {
  const address = path.replace(/:(\w+)/, (_all, name: string) => ids[name] ?? "");
  const { page, problems } = await visitAsOwner(address);
  await page.getByRole("heading").first().waitFor();
  await page.waitForLoadState("networkidle");
  expect(await violations(page)).toEqual([]);
  expect(problems).toEqual([]);
  await page.close();
});

it.each(["agent", "task", "provider", "run"])(
  "says of an address whose %s is not there that it is not",
  async (noun) => {
    const { page, problems } = await visitAsOwner(`/${noun}s/${crypto.randomUUID()}`);
    await page.getByText(`This ${noun} does not exist`).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(problems).toEqual([]);
  },
);
