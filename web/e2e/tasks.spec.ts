/** Tasks as a person defines, changes and removes them, with the cards of the schema builder. */
import type { Page } from "playwright-core";
import { expect, it, vi } from "vitest";
import {
  CLASSIFICATION,
  ask,
  assign,
  createAgent,
  createProvider,
  createTask,
} from "./harness/api";
import { violations } from "./harness/axe";
import { visitAsOwner } from "./harness/browser";

// Axe looks at a form of many cards four times.
vi.setConfig({ testTimeout: 120_000 });

const ODD = {
  type: "object",
  title: "Kept",
  properties: {
    zulu: { $ref: "#/$defs/thing" },
    "حقل طويل بالعربية 🚀": { type: ["string", "null"], default: null },
    alpha: { type: "object", properties: { inner: { oneOf: [{ const: "a", description: "A" }] } } },
  },
  required: ["alpha", "zulu"],
  patternProperties: { "^x-": true },
  $defs: { thing: { type: "integer", minimum: 1 } },
};

interface Stored {
  responseSchema: unknown;
  revision: number;
}

async function stored(id: string): Promise<Stored> {
  return await ask<Stored>("query ($id: ID!) { task(id: $id) { responseSchema revision } }", {
    id,
  });
}

/** Of the page at rest: what a button looks like under the pointer is the theme's affair. */
async function violationsAtRest(page: Page): Promise<string[]> {
  await page.mouse.move(0, 0);
  return await violations(page);
}

async function untilDetails(page: Page): Promise<string> {
  await page.waitForURL(/\/tasks\/[0-9a-f-]{36}$/);
  return page.url().split("/").at(-1) ?? "";
}

it("scenario 3, by keyboard alone: builds a schema, and its fields keep their order", async () => {
  const { page: watcher } = await visitAsOwner("/tasks?search=Sort");
  await watcher.getByRole("status").getByText("Live").waitFor();
  const { page, problems } = await visitAsOwner("/tasks/new");
  const keys = page.keyboard;
  await page.locator("input[name=name]:focus").waitFor();
  await keys.type("Sort Message");

  await page.getByRole("button", { name: "Add the first field" }).focus();
  await keys.press("Enter");
  await keys.type("zone");
  await keys.press("Enter");
  await keys.type("confidence");
  await page.getByRole("combobox", { name: /Type of zone/ }).focus();
  await keys.press("Enter");
  await page.getByRole("option", { name: "Choice" }).focus();
  await keys.press("Enter");
  await page.getByRole("option").first().waitFor({ state: "detached" });
  const value = page.getByLabel("Value of choice 1");
  await value.focus();
  await keys.type("north");
  await keys.press("Tab");
  await keys.type("Up there");
  await page.getByRole("combobox", { name: /Type of confidence/ }).focus();
  await keys.press("Enter");
  await page.getByRole("option", { name: "Number", exact: true }).focus();
  await keys.press("Enter");
  await page.getByRole("option").first().waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^Move confidence/ }).focus();
  await keys.press("ArrowUp");
  await keys.press("ArrowDown");
  await page.getByText("Valid", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Create task" }).focus();
  await keys.press("Enter");

  const { responseSchema } = await stored(await untilDetails(page));
  expect(JSON.stringify(responseSchema)).toBe(
    '{"type":"object","properties":{"zone":{"type":"string","oneOf":[{"const":"north",' +
      '"description":"Up there"}]},"confidence":{"type":"number"}},"required":["zone","confidence"]}',
  );
  await watcher.getByRole("link", { name: "Sort Message" }).waitFor();
  expect(problems).toEqual([]);
});

it("a schema that is opened, changed beside and saved is otherwise unchanged", async () => {
  const id = await createTask("Odd ones", ODD);
  const { page } = await visitAsOwner(`/tasks/${id}/edit`);
  await page.getByRole("button", { name: "Add a field" }).last().click();
  await page.keyboard.type("added");
  await page.getByRole("button", { name: "Save" }).click();
  await untilDetails(page);
  const expected = {
    ...ODD,
    properties: { ...ODD.properties, added: { type: "string" } },
    required: [...ODD.required, "added"],
  };
  expect(JSON.stringify((await stored(id)).responseSchema)).toBe(JSON.stringify(expected));
});

it("scenario 8: a schema that is none is refused on the card, and nothing is stored", async () => {
  const { page } = await visitAsOwner("/tasks/new");
  await page.locator("input[name=name]").fill("No such schema");
  await page.getByRole("button", { name: "Start from JSON" }).click();
  const properties = { a: { type: "invalid_type" }, b: { type: "string", pattern: "([a" } };
  await page
    .getByLabel("JSON", { exact: true })
    .fill(JSON.stringify({ type: "object", properties }));
  await page.getByRole("button", { name: "Use it" }).click();
  const [a, b] = [
    page.getByRole("listitem", { name: "a" }),
    page.getByRole("listitem", { name: "b" }),
  ];
  await a.getByText(/^type: /).waitFor();
  await page.getByRole("button", { name: "Create task" }).click();
  await page.getByText("Not saved").waitFor();
  await a.getByText(/^type: /).waitFor();
  await a.getByRole("combobox").click();
  await page.getByRole("option", { name: "Text", exact: true }).click();
  await b.getByRole("button", { name: "Open b" }).click();
  await b.locator("input[aria-invalid=true]").waitFor();
  expect(await violationsAtRest(page)).toEqual([]);
  const found = await ask<{ totalCount: number }>(
    'query { tasks(search: "No such schema") { totalCount } }',
  );
  expect(found.totalCount).toBe(0);
});

it("scenario 9: a taken name is said at the name", async () => {
  await createTask("Taken", CLASSIFICATION);
  const { page } = await visitAsOwner("/tasks/new");
  await page.locator("input[name=name]").fill("taken");
  await page.getByRole("button", { name: "Add the first field" }).click();
  await page.keyboard.type("a");
  await page.getByRole("button", { name: "Create task" }).click();
  await page.locator("input[name=name][aria-invalid=true]").waitFor();
  expect(await page.locator("input[name=name]").inputValue()).toBe("taken");
});

it("drags a card to another place", async () => {
  const id = await createTask("Dragged", CLASSIFICATION);
  const { page } = await visitAsOwner(`/tasks/${id}/edit`);
  const from = await page.getByRole("button", { name: /^Move category/ }).boundingBox();
  const to = await page.getByRole("button", { name: /^Move reasoning/ }).boundingBox();
  if (!from || !to) throw new Error("The handles are not there.");
  await page.mouse.move(from.x + 5, from.y + 5);
  await page.mouse.down();
  await page.mouse.move(to.x + 5, to.y + to.height + 15, { steps: 5 });
  await page.mouse.up();
  await page.getByRole("button", { name: "Save" }).click();
  await untilDetails(page);
  const { responseSchema } = await stored(id);
  const { properties } = responseSchema as typeof CLASSIFICATION;
  expect(Object.keys(properties)).toEqual(["confidence", "reasoning", "category"]);
});

it("T3: shows both versions of a conflict, loses neither, and tells the story", async () => {
  const id = await createTask("Contested", CLASSIFICATION);
  const { page } = await visitAsOwner(`/tasks/${id}/edit`);
  await page.getByLabel("Description").first().fill("Mine");
  await ask(
    "mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { ... on Error { message } } }",
    { input: { id, description: "Theirs" } },
  );
  await page.getByRole("button", { name: "Save" }).click();
  const conflict = page.getByRole("alert");
  await conflict.getByText("Theirs").waitFor();
  await conflict.getByText("Mine", { exact: true }).waitFor();
  expect(await violationsAtRest(page)).toEqual([]);
  await page.getByRole("button", { name: "Go on with mine" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await untilDetails(page);
  expect((await stored(id)).revision).toBe(3);
  await page.getByRole("link", { name: "History" }).click();
  await page.getByRole("heading", { name: /^Revision 3/ }).waitFor();
  expect(await violations(page)).toEqual([]);
});

it("T4: a task in use is not deleted, and its agents are named", async () => {
  const provider = await createProvider("For tasks", "http://127.0.0.1:9/v1");
  const task = await createTask("In use", CLASSIFICATION);
  await assign(await createAgent("User of it", provider), task);
  const { page } = await visitAsOwner(`/tasks/${task}`);
  const drawer = page.getByRole("dialog", { name: "In use" });
  await drawer.getByRole("link", { name: "User of it" }).waitFor();
  await drawer.getByRole("button", { name: "Actions for In use" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete task" }).click();
  const refusal = page.getByRole("dialog", { name: "In use was not deleted" });
  await refusal.getByRole("link", { name: "User of it" }).waitFor();
});

it("axe finds nothing on the list, a task, and a form with every card open", async () => {
  const id = await createTask("Seen by axe", ODD);
  const { page, problems } = await visitAsOwner("/tasks?search=Seen");
  await page.getByRole("link", { name: "Seen by axe" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("link", { name: "Seen by axe" }).click();
  await page.getByRole("heading", { name: "Response" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("button", { name: "Open all" }).click();
  await page.getByText("Valid", { exact: true }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(page.url()).toContain(id);
  expect(problems).toEqual([]);
});
