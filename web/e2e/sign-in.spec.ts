/** X1: how a person gets in, and out. */
import { expect, it } from "vitest";
import { violations } from "./harness/axe";
import { origin, signInLink, visitAsStranger } from "./harness/browser";

it("X1: shows a stranger nothing but the way in", async () => {
  const { page, problems } = await visitAsStranger();
  await page.goto(`${origin}/providers`);
  await page.getByRole("heading", { name: "Sign in to Rota" }).waitFor();
  expect(await page.getByRole("navigation").count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  expect(problems).toEqual([]);
});

it("X1: lets a link in once, and signs out", async () => {
  const link = await signInLink();
  const { page } = await visitAsStranger();
  await page.goto(link);
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  expect(page.url()).not.toContain("code");

  await page.getByRole("button", { name: /owner$/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Rota" }).waitFor();

  await page.goto("about:blank");
  await page.goto(link);
  await page.getByRole("alert").getByText("a link works once").waitFor();
});

it("X2: leads to the way in once the session is revoked elsewhere", async () => {
  const { page } = await visitAsStranger();
  await page.goto(await signInLink());
  await page.getByRole("status").getByText("Live").waitFor();
  await page.evaluate(async () => {
    await fetch("/session", {
      method: "DELETE",
      headers: { "X-Rota-Session": localStorage.getItem("rota.session") ?? "" },
    });
  });
  await page.getByText("You are signed out").waitFor({ timeout: 15_000 });
});
