/** The acceptance scenarios as a person does them, one after the other; what concerns providers
 * alone is tried with them. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as api from "./harness/api";
import { type Visit, visitAsOwner } from "./harness/browser";
import { choose } from "./harness/choose";
import { Gate, MODEL, type Vendor, answer, startVendor } from "./harness/vendor";

const AGENT = "Ticket Classifier";
const TASK = "Classify Ticket";
/** The list may be long: other specs fill it too. */
const AGENTS = `/agents?search=${AGENT}`;
const BUG = { category: "bug", confidence: 0.93, reasoning: "Something is broken." };

let vendor: Vendor;
let problems: string[];
let page: Page;

async function visit(path: string): Promise<Visit> {
  const seen = await visitAsOwner(path);
  ({ page, problems } = seen);
  return seen;
}

async function setType(type: string): Promise<void> {
  await choose(page.getByRole("combobox", { name: /^Type of/ }).last(), type);
}

async function nameField(name: string): Promise<void> {
  const response = page.getByRole("group", { name: "Response" });
  await response.getByRole("button", { name: /^Add (a|the first) field$/ }).click();
  await page.keyboard.type(name);
}

async function startRun(message: string): Promise<void> {
  await page.getByRole("link", { name: `Run ${TASK}` }).click();
  await page.getByRole("dialog", { name: "New run" }).getByLabel("message").fill(message);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
}

const card = () => page.getByRole("article", { name: AGENT });

beforeAll(async () => {
  vendor = await startVendor(answer(BUG));
});

afterAll(() => {
  vendor.stop();
});

describe("a typed job, from nothing to its end", { timeout: 60_000 }, () => {
  it("scenario 1: connects a provider that speaks OpenAI's API", async () => {
    await visit("/providers/new");
    await page.getByRole("radio", { name: /compatible/i }).click();
    await page.getByLabel("Name").fill("Double");
    await page.getByLabel("Address").fill(vendor.address);
    await page.getByRole("button", { name: "Connect" }).click();
    const drawer = page.getByRole("dialog", { name: "Double" });
    await drawer.getByText("Connected").waitFor();
    await drawer.getByText(MODEL).waitFor();
    expect(problems).toEqual([]);
  });

  it("scenario 2: creates an agent, and its card shows what it is", async () => {
    const { page: watcher } = await visitAsOwner(AGENTS);
    await watcher.getByRole("status").getByText("Live").waitFor();
    await visit(AGENTS);
    await page.getByRole("link", { name: "New agent" }).click();
    await page.getByLabel("Name").fill(AGENT);
    await page.getByLabel("Description").fill("Tells what a ticket is about.");
    await choose(page.getByRole("dialog").getByLabel("Provider"), /^Double/, "double");
    await expect
      .poll(() => page.getByRole("combobox", { name: /^Model/ }).inputValue())
      .toBe(MODEL);
    await page.getByLabel("System prompt").fill("Classify the ticket. First edition.");
    await page.getByLabel("User prompt").fill("Ticket: {{message}}");
    await page.getByRole("button", { name: "Create agent" }).click();
    await page.getByRole("dialog", { name: `Tasks of ${AGENT}` }).waitFor();

    const seen = watcher.getByRole("article", { name: AGENT });
    for (const text of ["Tells what a ticket is about.", MODEL, "Double"]) {
      await seen.getByText(text, { exact: true }).waitFor();
    }
    expect(problems).toEqual([]);
  });

  it("scenario 3: builds the task's schema out of cards, and saves it", async () => {
    await visit("/tasks/new");
    await page.getByLabel("Name").first().fill(TASK);
    await page.getByRole("radio", { name: "Fields" }).click();
    const request = page.getByRole("group", { name: "Request" });
    await request.getByRole("button", { name: "Add the first field" }).click();
    await page.keyboard.type("message");

    await nameField("category");
    await setType("Choice");
    const choices = page.getByRole("list", { name: "Choices of category" });
    for (const [index, choice] of api.CATEGORIES.entries()) {
      const place = choices.getByLabel(`Value of choice ${index + 1}`);
      if (!(await place.isVisible()))
        await page.getByRole("button", { name: "Add a choice" }).click();
      await place.fill(choice);
    }

    await nameField("confidence");
    await setType("Number");
    const confidence = page.getByRole("listitem", { name: "confidence" });
    await confidence.getByRole("button", { name: "Open confidence" }).click();
    await confidence.getByLabel("At least").fill("0");
    await confidence.getByLabel("At most").fill("1");
    await nameField("reasoning");
    await page.getByRole("checkbox", { name: "reasoning is required" }).uncheck();

    const response = page.getByRole("group", { name: "Response" });
    await response.getByRole("status").getByText("Valid").waitFor();
    await page.getByRole("button", { name: "Create task" }).click();
    await page.getByRole("dialog", { name: TASK }).waitFor();

    const { nodes } = await api.ask<{ nodes: { responseSchema: unknown }[] }>(
      `query ($search: String) { tasks(search: $search) { nodes { responseSchema } } }`,
      { search: TASK },
    );
    expect(nodes[0]?.responseSchema).toMatchObject({
      type: "object",
      properties: {
        category: { type: "string" },
        confidence: { type: "number", minimum: 0, maximum: 1 },
        reasoning: { type: "string" },
      },
      required: ["category", "confidence"],
    });
    expect(problems).toEqual([]);
  });

  it("scenario 4: assigns it, and an instance stands ready", async () => {
    await visit(AGENTS);
    await card()
      .getByRole("button", { name: `Actions for ${AGENT}` })
      .click();
    await page.getByRole("menuitem", { name: "Manage tasks" }).click();
    const picker = page.getByLabel("Task to assign");
    await choose(picker, new RegExp(`^${TASK}`), TASK);
    await page.getByRole("button", { name: "Assign", exact: true }).click();
    const assigned = page.getByRole("list", { name: "Assigned tasks" });
    await assigned.getByText("Ready").waitFor();
    expect(problems).toEqual([]);
  });

  it("scenario 5: an edited agent finishes its run as it was, and does the next as it is", async () => {
    const gate = new Gate();
    vendor.says(answer(BUG, gate));
    await visit(AGENTS);
    await page.getByRole("link", { name: AGENT }).click();
    await startRun("The door is stuck.");
    await gate.held;
    await page.getByRole("heading", { name: AGENT }).waitFor();
    await page.getByText("characters so far").waitFor();

    const { page: editor } = await visitAsOwner(AGENTS);
    await editor.getByRole("link", { name: AGENT }).click();
    await editor.getByRole("link", { name: "Edit" }).click();
    await editor.getByText("keep revision 1").waitFor();
    await editor.getByLabel("System prompt").fill("Classify the ticket. Second edition.");
    await editor.getByRole("button", { name: "Save" }).click();
    await editor.getByRole("dialog", { name: AGENT }).getByText("Second edition.").waitFor();

    gate.open();
    await page.getByText("Succeeded").first().waitFor();
    await page.getByText("Something is broken.").waitFor();
    await page.getByRole("link", { name: "revision 1" }).first().waitFor();
    await page.getByRole("link", { name: "Run again" }).click();
    const form = page.getByRole("dialog", { name: "New run" });
    await expect.poll(() => form.getByLabel("message").inputValue()).toBe("The door is stuck.");
    await form.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("link", { name: "revision 2" }).waitFor();
    await page.getByText("Succeeded").first().waitFor();
    expect(vendor.asked.map(({ system }) => system)).toEqual([
      "Classify the ticket. First edition.",
      "Classify the ticket. Second edition.",
    ]);
    expect(vendor.asked[0]?.user).toBe("Ticket: The door is stuck.");
    expect(problems).toEqual([]);
  });

  it("scenario 9: a second agent or task of a name is refused at the name", async () => {
    await visit("/agents/new");
    await page.getByLabel("Name").fill(AGENT.toLowerCase());
    await choose(page.getByRole("dialog").getByLabel("Provider"), /^Double/, "double");
    await page.getByLabel("System prompt").fill("Another one.");
    await page.getByRole("button", { name: "Create agent" }).click();
    await page.locator("input[aria-invalid=true]").waitFor();
    expect(await page.getByLabel("Name").getAttribute("aria-invalid")).toBe("true");

    await visit("/tasks/new");
    await page.getByLabel("Name").first().fill(TASK.toUpperCase());
    await nameField("answer");
    await page.getByRole("button", { name: "Create task" }).click();
    await page.locator("input[aria-invalid=true]").waitFor();
    const name = page.getByLabel("Name").first();
    expect(await name.getAttribute("aria-invalid")).toBe("true");
    expect(problems).toEqual([]);
  });

  it("scenario 6: a deleted agent is gone at once, and its run finishes", async () => {
    const gate = new Gate();
    vendor.says(answer(BUG, gate));
    await visit(AGENTS);
    await page.getByRole("link", { name: AGENT }).click();
    await startRun("Last words.");
    await gate.held;

    const { page: other } = await visitAsOwner(AGENTS);
    await other.getByRole("button", { name: `Actions for ${AGENT}` }).click();
    await other.getByRole("menuitem", { name: "Delete" }).click();
    const question = other.getByRole("dialog", { name: `Delete ${AGENT}?` });
    await question.getByText("1 running run goes on").waitFor();
    await question.getByRole("button", { name: "Delete agent" }).click();
    await other.getByRole("article", { name: AGENT }).waitFor({ state: "detached" });

    gate.open();
    await page.getByText("Succeeded").first().waitFor();
    await page.getByText("Something is broken.").waitFor();
    expect(problems).toEqual([]);
  });
});

it("scenario 8: a schema that is none is refused where it is wrong, and not stored", async () => {
  await visit("/tasks/new");
  await page.getByLabel("Name").first().fill("No schema");
  const response = page.getByRole("group", { name: "Response" });
  await response.getByRole("button", { name: "Start from JSON" }).click();
  const paste = page.getByRole("dialog", { name: "Start from JSON" });
  await paste
    .getByLabel("JSON", { exact: true })
    .fill('{"type": "object", "properties": {"category": {"type": "invalid_type"}}}');
  await paste.getByRole("radio", { name: /JSON Schema/ }).click();
  await paste.getByRole("button", { name: "Use it" }).click();
  const field = response.getByRole("listitem", { name: "category" });
  await field.getByText("type: The value matches none of the allowed forms").first().waitFor();
  await response.getByRole("status").getByText("problem").waitFor();
  await page.getByRole("button", { name: "Create task" }).click();
  await page.getByRole("alert").getByText("Not saved").waitFor();
  const { nodes } = await api.ask<{ nodes: unknown[] }>(
    `{ tasks(search: "No schema") { nodes { id } } }`,
  );
  expect(nodes).toEqual([]);
  expect(problems).toEqual([]);
});
