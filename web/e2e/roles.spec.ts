/** What a person sees whose role allows little: everything, and no button that would be refused.
 * axe looks at one screen of each make. */
import { beforeAll, expect, it } from "vitest";
import * as api from "./harness/api";
import { violations } from "./harness/axe";
import { type Visit, origin, signInLink, visitAsStranger } from "./harness/browser";

const NAME = "Seen by a viewer";
let visit: Visit;
let agentId: string;

beforeAll(async () => {
  const provider = await api.createProvider(NAME, "http://127.0.0.1:9/v1");
  agentId = await api.createAgent(NAME, provider);
  await api.assign(agentId, await api.createTask(NAME, api.CLASSIFICATION, api.MESSAGE));
  visit = await visitAsStranger();
  await visit.page.goto(await signInLink("--name", "Vera", "--role", "VIEWER"));
  await visit.page.getByRole("navigation", { name: "Main" }).waitFor();
});

it("shows a viewer the lists, and nothing that changes them", async () => {
  const { page, problems } = visit;
  expect(await page.getByRole("link", { name: "Audit" }).count()).toBe(0);
  for (const list of ["agents", "tasks", "providers"]) {
    await page.goto(`${origin}/${list}?search=${NAME}`);
    await page.getByRole("link", { name: NAME, exact: true }).waitFor();
    expect(await page.getByRole("link", { name: /^New / }).count()).toBe(0);
    await page.getByRole("link", { name: NAME, exact: true }).click();
    const drawer = page.getByRole("dialog", { name: NAME });
    await drawer.getByRole("heading").first().waitFor();
    expect(await drawer.getByText(/^(Edit|Run|Check now|Manage tasks)$/).count()).toBe(0);
  }
  await page.goto(`${origin}/runs`);
  await page.getByRole("heading", { name: "Runs" }).waitFor();
  expect(await page.getByRole("link", { name: "New run" }).count()).toBe(0);
  expect(problems).toEqual([]);
});

it.each([
  ["/agents/new", "editor"],
  ["/tasks/new", "editor"],
  ["/providers/new", "owner"],
  ["/runs/new", "operator"],
])("says at %s that it takes the role %s", async (path, role) => {
  const { page, problems } = visit;
  await page.goto(origin + path);
  await page.getByText(`this takes the role ${role}`).waitFor();
  expect(await page.getByRole("textbox", { name: "Name" }).count()).toBe(0);
  if (role === "owner") expect(await violations(page)).toEqual([]);
  expect(problems).toEqual([]);
});

it.each(["/access", "/audit"])("says of %s that it is for owners", async (path) => {
  const { page, problems } = visit;
  await page.goto(origin + path);
  await page.getByRole("heading", { name: "Only for owners" }).waitFor();
  if (path === "/access") expect(await violations(page)).toEqual([]);
  expect(problems).toEqual([]);
});
