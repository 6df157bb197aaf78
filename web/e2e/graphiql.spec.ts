/** GraphiQL, signed in by the web app's session. */
import { expect, it } from "vitest";
import { type Visit, origin, visitAsOwner, visitAsStranger } from "./harness/browser";

const TAB_TIME = 20_000;

async function run(page: Visit["page"], tab: string): Promise<void> {
  await page.getByRole("tab", { name: tab }).click();
  await page.getByRole("button", { name: /Execute query/ }).click();
}

it("leads a stranger to the way in", async () => {
  const { page } = await visitAsStranger();
  await page.goto(`${origin}/graphiql/`);
  await page.getByRole("heading", { name: "Sign in to Rota" }).waitFor();
});

it("runs the sample query and a subscription", async () => {
  const { page, problems } = await visitAsOwner("/graphiql/");
  const answer = page.getByRole("region", { name: "Result Window" });
  await page.getByRole("tab", { name: "Providers", exact: true }).waitFor({ timeout: TAB_TIME });
  await run(page, "SampleAssignment");
  await answer.getByText("agentName").first().waitFor({ timeout: TAB_TIME });

  await run(page, "WatchProviders");
  await page.getByRole("button", { name: /Stop query/ }).waitFor({ timeout: TAB_TIME });
  const { page: app } = await visitAsOwner("/providers");
  await app
    .getByRole("button", { name: /^Actions for/ })
    .first()
    .click();
  await app.getByRole("menuitem", { name: "Check now" }).click();
  await answer.getByText("VALIDATION_UPDATED").first().waitFor({ timeout: TAB_TIME });
  expect(problems).toEqual([]);
});
