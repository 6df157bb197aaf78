/** axe on the screens that no other spec looks at: light and dark, wide and on a phone; what holds
 * the place of what is on its way; and what is not there. */
import { afterAll, beforeAll, expect, it } from "vitest";
import * as api from "./harness/api";
import { violations } from "./harness/axe";
import { origin, visitAsOwner } from "./harness/browser";
import { watchShifts } from "./harness/shifts";
import { Gate, type Vendor, answer, startVendor } from "./harness/vendor";

/** Each of another make. */
const SCREENS = [
  ...["/agents", "/agents/:agent", "/agents/:agent/tasks", "/providers/:provider"],
  ...["/tasks", "/tasks/:task/edit", "/runs", "/runs/:running", "/access"],
];
const filled = (path: string) => path.replace(/:(\w+)/, (_all, name: string) => ids[name] ?? "");

const gate = new Gate();
const ids: Record<string, string> = {};
let vendor: Vendor;

beforeAll(async () => {
  vendor = await startVendor(answer({ category: "bug", confidence: 0.9, reasoning: "Broken." }));
  ids.provider = await api.createProvider("Screens", vendor.address);
  ids.agent = await api.createAgent("Screens", ids.provider, {
    description: "Shows on every screen.",
    userPrompt: "{{message}}",
  });
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
  const { page, problems } = await visitAsOwner(filled(path));
  await page.getByRole("heading").first().waitFor();
  await page.waitForLoadState("networkidle");
  expect(await violations(page)).toEqual([]);
  expect(problems).toEqual([]);
  await page.close();
});

it.each([1, 3])(
  "nothing shifts while a screen arrives, answer %i first",
  { timeout: 120_000 },
  async (first) => {
    const { page } = await visitAsOwner("/instances");
    const shifts = await watchShifts(page, first);
    // Where little fits, what comes late pushes the most.
    await page.setViewportSize({ width: 390, height: 800 });
    const seen: Record<string, string[]> = {};
    for (const path of SCREENS) {
      await page.goto(origin + filled(path));
      await page.getByRole("heading").first().waitFor();
      const found = await shifts();
      if (found.length) seen[path] = found;
    }
    expect(seen).toEqual({});
  },
);

it("a screen that shifts would be found", async () => {
  const { page } = await visitAsOwner("/instances");
  const shifts = await watchShifts(page);
  await page.goto(`${origin}/tasks`);
  await page.getByRole("heading").first().waitFor();
  expect(await shifts()).toEqual([]);
  // Later than what the click that led here excuses.
  await page.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve, 600));
    document
      .querySelector("main")
      ?.prepend(Object.assign(document.createElement("p"), { style: "height: 200px" }));
  });
  await expect.poll(shifts).toHaveLength(1);
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
