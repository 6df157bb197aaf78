/** Who gets in and who did what, as owners see it change while others act. */
import { expect, it } from "vitest";
import * as api from "./harness/api";
import { violations } from "./harness/axe";
import { origin, signInLink, visitAsOwner, visitAsStranger } from "./harness/browser";

interface Token {
  id: string;
}

async function createToken(name: string): Promise<Token> {
  const { token } = await api.ask<{ token: Token }>(
    `mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) {
      ... on CreateApiTokenPayload { token { id } } ... on Error { message } } }`,
    { input: { name, role: "VIEWER" } },
  );
  return token;
}

async function revokeToken({ id }: Token): Promise<void> {
  await api.ask(
    `mutation ($input: RevokeApiTokenInput!) { revokeApiToken(input: $input) {
      ... on Error { message } } }`,
    { input: { id } },
  );
}

it("tokens and sessions come and go as somebody else makes and ends them", async () => {
  const { page, problems } = await visitAsOwner("/access");
  await page.getByRole("status").getByText("Live").waitFor();
  const tokens = page.getByRole("table", { name: "Tokens" });
  const token = await createToken("Nightly build");
  const row = tokens.getByRole("row").filter({ hasText: "Nightly build" });
  await row.waitFor();
  await revokeToken(token);
  await row.waitFor({ state: "detached" });

  const { page: guest } = await visitAsStranger();
  await guest.goto(await signInLink("--name", "Night watch", "--role", "VIEWER"));
  const session = page
    .getByRole("table", { name: "Sessions" })
    .getByRole("row")
    .filter({ hasText: "Night watch" });
  await session.waitFor();
  await session.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).last().click();
  await session.waitFor({ state: "detached" });
  await guest.getByText("You are signed out").waitFor({ timeout: 15_000 });
  expect(problems).toEqual([]);
});

it("what others do stands in the audit at once, with before and after", async () => {
  const { page, problems } = await visitAsOwner("/audit");
  await page.getByRole("status").getByText("Live").waitFor();
  await page.getByRole("row").nth(1).waitFor();
  const id = await api.createProvider("Audited gateway", "http://127.0.0.1:9/v1");
  const row = page.getByRole("row").filter({ hasText: "Audited gateway" });
  await row.getByText("Created provider").waitFor();
  await row.getByRole("link").click();
  await page.getByRole("dialog").getByText("http://127.0.0.1:9/v1").waitFor();
  expect(await violations(page)).toEqual([]);

  await page.goto(`${origin}/audit?subject=${id}`);
  await page.getByText("Only what was done to Audited gateway").waitFor();
  expect(await page.getByRole("row").count()).toBe(2);
  expect(problems).toEqual([]);
});
