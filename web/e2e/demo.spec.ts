/** F1: the first visit, on the demo model as `rota up` brings it. It is tiny: what it says is of
 * the right form, and not always right. */
import { Validator } from "@cfworker/json-schema";
import { expect, it } from "vitest";
import { ask } from "./harness/api";
import { signInLink, visitAsStranger } from "./harness/browser";
import { watchShifts } from "./harness/shifts";

interface Made {
  output: Record<string, string | number>;
  taskRevision: { responseSchema: Record<string, unknown> };
  events: { __typename: string }[];
}

const isValid = ({ output, taskRevision }: Made) =>
  new Validator(taskRevision.responseSchema, "2020-12").validate(output).valid;

it("F1: from the printed link, by one click, to an answer that fits the schema", async () => {
  const { page, problems } = await visitAsStranger();
  const shifts = await watchShifts(page);
  await page.goto(await signInLink());
  const sample = page.getByRole("article", { name: "Message Classifier" });
  await sample.getByText("Connected").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Run the sample" }).waitFor();
  expect(await shifts()).toEqual([]);
  await page.getByRole("button", { name: "Run the sample" }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
  await page.locator("[data-status=SUCCEEDED]").first().waitFor({ timeout: 90_000 });

  const run = await ask<Made>(
    `query ($id: ID!) { run(id: $id) {
      output taskRevision { responseSchema } events { __typename } } }`,
    { id: page.url().split("/").at(-1) },
  );
  expect(isValid(run)).toBe(true);
  expect(isValid({ ...run, output: { ...run.output, category: "neither" } })).toBe(false);
  expect(run.events.map(({ __typename }) => __typename)).toContain("RunOutputDelta");

  const output = page.getByRole("region", { name: "Output", exact: true });
  for (const [field, value] of Object.entries(run.output)) {
    await output.getByText(field, { exact: true }).waitFor();
    await output.getByText(String(value), { exact: true }).waitFor();
  }
  await page.getByText("The output fits the response schema").waitFor();
  expect(problems).toEqual([]);
});
