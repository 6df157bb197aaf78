/** Runs as a person starts, watches, cancels and repeats them. */
import { afterAll, beforeAll, expect, it } from "vitest";
import * as api from "./harness/api";
import { violations } from "./harness/axe";
import { visitAsOwner } from "./harness/browser";
import { Gate, type Vendor, answer, startVendor } from "./harness/vendor";

const HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>{{7*7}}';
const LONG = `مرحبا 😀 ${"Donaudampfschifffahrt".repeat(8)} ${HOSTILE}`;
const GOOD = { category: "bug", confidence: 0.9, reasoning: LONG };

let vendor: Vendor;
let assignmentId: string;

beforeAll(async () => {
  vendor = await startVendor(answer(GOOD));
  const provider = await api.createProvider("Run double", vendor.address);
  const agent = await api.createAgent("Runner", provider);
  const task = await api.createTask("Watched task", api.CLASSIFICATION, api.MESSAGE);
  assignmentId = await api.assign(agent, task);
});

afterAll(() => {
  vendor.stop();
});

it("R1: by keyboard alone, from the form to the output", async () => {
  const { page, problems } = await visitAsOwner(`/runs/new?assignment=${assignmentId}`);
  const message = page.getByLabel("message");
  await message.waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).press("Enter");
  await page.getByText("This is needed.").waitFor();
  expect(await message.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.type("It is broken");
  await page.getByRole("button", { name: "Run", exact: true }).press("Enter");
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
  const output = page.getByRole("region", { name: "Output", exact: true });
  await output.getByText("<img src=x").waitFor();
  await page.locator("[data-status=SUCCEEDED]").waitFor();
  expect(await page.locator("img[src=x]").count()).toBe(0);
  expect(await violations(page)).toEqual([]);

  await page.getByRole("link", { name: "Run again" }).press("Enter");
  await expect.poll(() => message.inputValue()).toBe("It is broken");
  expect(await violations(page)).toEqual([]);
  expect(problems).toEqual([]);
});

it("R2: shows rejected answers with what was wrong, and why the run failed", async () => {
  const wrong = answer({ category: HOSTILE, confidence: 7 });
  vendor.says(wrong, wrong, wrong);
  const id = await api.runTask(assignmentId, { message: "hello" });
  await api.untilEnd(id);
  const { page, problems } = await visitAsOwner(`/runs/${id}`);
  await page.getByText("No answer fits the response schema").first().waitFor();
  const rejected = page.getByRole("region", { name: /^Rejected answers/ });
  await rejected.getByText("Answer 3").waitFor();
  expect(await rejected.getByText("confidence", { exact: true }).count()).toBe(3);
  await page.getByRole("button", { name: "Requests" }).press("Enter");
  await page.getByRole("button", { name: /^Request 3 Correction/ }).waitFor();
  await page.getByRole("button", { name: /^Request 1 / }).press("Enter");
  await page
    .getByRole("region", { name: "User message of request 1" })
    .getByText("hello")
    .waitFor();
  expect(await violations(page)).toEqual([]);
  expect(problems).toEqual([]);
});

it("keeps the model’s thoughts apart from its answer, and what it was sent and said", async () => {
  const thoughts = `${HOSTILE} so it is a bug.`;
  vendor.says({ ...answer(GOOD), thoughts });
  const id = await api.runTask(assignmentId, { message: "think" });
  await api.untilEnd(id);
  const { page, problems } = await visitAsOwner(`/runs/${id}`);
  await page.getByRole("button", { name: /^Thoughts/ }).press("Enter");
  const thought = page.getByRole("region", { name: "Thoughts of the model" });
  expect(await thought.innerText()).toBe(thoughts);
  await page.getByRole("button", { name: "Requests" }).press("Enter");
  const heard = page.getByRole("region", { name: "Answer to request 1" });
  expect(JSON.parse(await heard.innerText())).toEqual(GOOD);
  expect(await page.getByRole("button", { name: /^Request \d/ }).count()).toBe(1);
  expect(await violations(page)).toEqual([]);
  expect(problems).toEqual([]);
});

it("quotes the provider’s own words about a failure", async () => {
  vendor.says({ pieces: [], trouble: { status: 400, message: `Not today. ${LONG}` } });
  const id = await api.runTask(assignmentId, { message: "fail" });
  await api.untilEnd(id);
  const { page, problems } = await visitAsOwner(`/runs/${id}`);
  const quotation = page.getByRole("figure");
  await quotation.getByText("Run double").waitFor();
  await quotation.getByText("Not today.").waitFor();
  expect(await violations(page)).toEqual([]);
  expect(problems).toEqual([]);
});

it("R4: cancels, and says so once it is confirmed", async () => {
  const gate = new Gate();
  vendor.says(answer(GOOD, gate));
  const id = await api.runTask(assignmentId, { message: "hold" });
  await gate.held;
  const { page } = await visitAsOwner(`/runs/${id}`);
  await page.getByText("characters so far").waitFor();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.locator("[data-status=CANCELLED]").waitFor();
  expect(await page.getByRole("button", { name: /^Cancel/ }).count()).toBe(0);
  gate.open();
});

it("keeps the filters in the address, and axe finds nothing on the table", async () => {
  const { page, problems } = await visitAsOwner("/runs?status=failed");
  await page.locator("[data-status=FAILED]").first().waitFor();
  expect(await page.locator("[data-status=SUCCEEDED]").count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.locator("[data-status=SUCCEEDED]").first().waitFor();
  expect(new URL(page.url()).search).toBe("");
  expect(problems).toEqual([]);
});
