/** Scenarios 1 to 6 without a mouse: keys are pressed, and pages are looked at. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as api from "./harness/api";
import { visitAsOwner } from "./harness/browser";
import { command, isFocused, moveTo, pick, press, write } from "./harness/keys";
import { Gate, MODEL, type Vendor, answer, startVendor } from "./harness/vendor";

const PROVIDER = "Keyboard provider";
const AGENT = "Keyboard agent";
const TASK = "Keyboard task";
const BUG = { category: "bug", confidence: 0.93, reasoning: "Something is broken." };

let vendor: Vendor;
let page: Page;
let problems: string[];

beforeAll(async () => {
  vendor = await startVendor(answer(BUG));
  ({ page, problems } = await visitAsOwner("/agents"));
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.getByRole("heading", { name: "Agents" }).waitFor();
});

afterAll(() => {
  vendor.stop();
});

const dialog = (name: string | RegExp) => page.getByRole("dialog", { name, exact: true });
const button = (name: string) => page.getByRole("button", { name, exact: true });

/** A run that the model holds; it is watched on a page of its own. */
async function holdRun(message: string): Promise<{ gate: Gate; watcher: Page }> {
  const gate = new Gate();
  vendor.says(answer(BUG, gate));
  await command(page, `Run ${AGENT}`);
  await expect.poll(() => isFocused(dialog("New run").getByLabel("message"))).toBe(true);
  await page.keyboard.type(message);
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
  await gate.held;
  const { page: watcher } = await visitAsOwner(new URL(page.url()).pathname);
  return { gate, watcher };
}

async function addChoice(at: number, choice: string): Promise<void> {
  await page.getByRole("textbox", { name: `Value of choice ${at}` }).waitFor();
  await moveTo(page.getByRole("textbox", { name: `Value of choice ${at}` }));
  await page.keyboard.type(choice);
}

it("scenario 1: connects a provider", async () => {
  await command(page, "New provider");
  await moveTo(page.getByRole("radio", { name: /compatible/ }), "ArrowDown");
  await write(page.getByLabel("Name"), PROVIDER);
  await write(page.getByLabel("Address"), vendor.address);
  await page.keyboard.press("Enter");
  await dialog(PROVIDER).getByText("Connected").waitFor();
  await dialog(PROVIDER).getByText(MODEL).waitFor();
  await page.keyboard.press("Escape");
  await dialog(PROVIDER).waitFor({ state: "detached" });
});

it("scenario 2: creates an agent", async () => {
  await command(page, "New agent");
  await write(dialog("New agent").getByLabel("Name"), AGENT);
  await write(page.getByLabel("Description"), "Is made without a mouse.");
  await pick(
    dialog("New agent").getByLabel("Provider"),
    page.getByRole("option", { name: new RegExp(`^${PROVIDER}`) }),
    PROVIDER,
  );
  await expect.poll(() => page.getByRole("combobox", { name: /^Model/ }).inputValue()).toBe(MODEL);
  await write(page.getByLabel("System prompt"), "First edition.");
  await write(page.getByLabel("User prompt"), "Message: {{message}}");
  await press(button("Create agent"));
  await dialog(`Tasks of ${AGENT}`).waitFor();
});

it("scenario 3: builds the schema out of cards", async () => {
  await press(page.getByRole("link", { name: "New task" }));
  await write(dialog("New task").getByLabel("Name").first(), TASK);
  await moveTo(page.getByRole("radio", { name: "Free text" }));
  await moveTo(page.getByRole("radio", { name: "Fields" }), "ArrowRight");
  const request = page.getByRole("group", { name: "Request" });
  await press(request.getByRole("button", { name: "Add the first field" }));
  await page.keyboard.type("message");

  const response = page.getByRole("group", { name: "Response" });
  const type = (name: string) => response.getByRole("combobox", { name: `Type of ${name}` });
  const option = (name: string) => page.getByRole("option", { name, exact: true });
  await press(response.getByRole("button", { name: "Add the first field" }));
  await page.keyboard.type("category");
  await pick(type("category"), option("Choice"));
  for (const [index, choice] of api.CATEGORIES.entries()) {
    await addChoice(index + 1, choice);
    if (index + 1 < api.CATEGORIES.length) await page.keyboard.press("Enter");
  }
  await press(response.getByRole("button", { name: "Add a field" }));
  await page.keyboard.type("confidence");
  await pick(type("confidence"), option("Number"));
  await press(response.getByRole("button", { name: "Open confidence" }));
  const confidence = response.getByRole("listitem", { name: "confidence" });
  await write(confidence.getByLabel("At least"), "0");
  await write(confidence.getByLabel("At most"), "1");
  await press(response.getByRole("button", { name: "Add a field" }));
  await page.keyboard.type("reasoning");
  await press(page.getByRole("checkbox", { name: "reasoning is required" }), "Space");
  // Up and back: its place is changed by keys too.
  await moveTo(response.getByRole("button", { name: /^Move reasoning/ }), "Shift+Tab");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowDown");
  await response.getByRole("status").getByText("Valid").waitFor();
  await press(button("Create task"));
  await dialog(`Tasks of ${AGENT}`).waitFor();

  const { nodes } = await api.ask<{ nodes: { responseSchema: unknown }[] }>(
    `query ($search: String) { tasks(search: $search) { nodes { responseSchema } } }`,
    { search: TASK },
  );
  const schema = {
    type: "object",
    properties: {
      category: { type: "string", enum: api.CATEGORIES },
      confidence: { type: "number", minimum: 0, maximum: 1 },
      reasoning: { type: "string" },
    },
    required: ["category", "confidence"],
  };
  expect(JSON.stringify(nodes[0]?.responseSchema)).toBe(JSON.stringify(schema));
});

it("scenario 4: assigns it", async () => {
  await press(button("Assign"));
  const assigned = page.getByRole("list", { name: "Assigned tasks" });
  await assigned.getByText("Ready").waitFor();
  await assigned.getByRole("link", { name: TASK, exact: true }).waitFor();
  await assigned.locator(":focus").getByText("Run").waitFor();
});

it("scenario 5: edits the agent while a run goes on", async () => {
  const { gate, watcher } = await holdRun("The door is stuck.");
  await command(page, AGENT);
  // The footer is one step back from the cross that has the focus.
  await moveTo(dialog(AGENT).getByRole("link", { name: "Edit" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByText("keep revision 1").waitFor();
  await write(page.getByLabel("System prompt"), "Second edition.");
  await press(button("Save"));
  await dialog(AGENT).getByText("Second edition.").waitFor();
  gate.open();
  await watcher.getByText("Succeeded").first().waitFor();
  await watcher.getByRole("link", { name: "revision 1" }).first().waitFor();
  expect(vendor.asked.at(-1)).toEqual({
    system: "First edition.",
    user: "Message: The door is stuck.",
  });
});

it("scenario 6: deletes the agent while a run goes on", async () => {
  const { gate, watcher } = await holdRun("Last words.");
  expect(vendor.asked.at(-1)?.system).toBe("Second edition.");
  await command(page, AGENT);
  await press(dialog(AGENT).getByRole("button", { name: `Actions for ${AGENT}` }));
  await moveTo(page.getByRole("menuitem", { name: "Delete" }), "ArrowDown");
  await page.keyboard.press("Enter");
  const question = dialog(`Delete ${AGENT}?`);
  await question.getByText("1 running run goes on").waitFor();
  await press(question.getByRole("button", { name: "Delete agent" }));
  await question.waitFor({ state: "detached" });
  await page.waitForURL((url) => url.pathname === "/agents");
  gate.open();
  await watcher.getByText("Succeeded").first().waitFor();
  await watcher.getByText("Something is broken.").waitFor();
  expect(problems).toEqual([]);
});
