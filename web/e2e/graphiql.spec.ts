/** GraphiQL, signed in by the web app's session. */
import { expect, it } from "vitest";
import { type Visit, origin, visitAsOwner, visitAsStranger } from "./harness/browser";

const PATIENCE = { timeout: 20_000 };

async function run(page: Visit["page"], tab: string): Promise<void> {
  await page.getByRole("tab", { name: tab }).click();
  // The editor arrives after its frame.
  const operation = () => page.getByLabel("Operation Editor").textContent();
  await expect.poll(operation, PATIENCE).toContain(tab);
  await page.getByRole("button", { name: /^Execute query/ }).click();
}

it("leads a stranger to the way in", async () => {
  const { page } = await visitAsStranger();
  await page.goto(`${origin}/graphiql/`);
  await page.getByRole("heading", { name: "Sign in to Rota" }).waitFor();
});

it("runs the sample query and a subscription", { timeout: 60_000 }, async () => {
  const { page, problems } = await visitAsOwner("/graphiql/");
  await page.getByRole("tab", { name: "SampleAssignment" }).waitFor(PATIENCE);
  const answer = () => page.getByLabel("Result Window").textContent();
  await run(page, "SampleAssignment");
  await expect.poll(answer, PATIENCE).toMatch(/Message\sClassifier/);

  await run(page, "WatchProviders");
  await page.getByRole("button", { name: /^Stop query/ }).waitFor(PATIENCE);
  const { page: app } = await visitAsOwner("/providers");
  await app
    .getByRole("button", { name: /^Actions for/ })
    .first()
    .click();
  await app.getByRole("menuitem", { name: "Check now" }).click();
  await expect.poll(answer, PATIENCE).toContain("VALIDATION_UPDATED");
  expect(problems).toEqual([]);
});
