/** What a person sees when the server goes away and comes back, and what others do meanwhile. */
import type { Page } from "playwright-core";
import { expect, inject, it } from "vitest";
import * as api from "./harness/api";
import { visitAsOwner } from "./harness/browser";
import { apiProcess } from "./harness/server";
import { Gate, answer, startVendor } from "./harness/vendor";

const PATIENCE = { timeout: 60_000 };

/** Every word of the indicator from now on, in order. */
async function watchIndicator(page: Page): Promise<() => Promise<string[]>> {
  await page.locator("[data-connection=live]").first().waitFor();
  await page.evaluate(() => {
    const indicator = document.querySelector("[data-connection]");
    if (!indicator) throw new Error("There is no indicator.");
    const words = ["live"];
    new MutationObserver(() => {
      words.push(indicator.getAttribute("data-connection") ?? "");
    }).observe(indicator, { attributeFilter: ["data-connection"] });
    Object.assign(window, { words });
  });
  return async () => await page.evaluate(() => (window as unknown as { words: string[] }).words);
}

async function killApi(): Promise<void> {
  const pid = await apiProcess(inject("pid"));
  process.kill(pid, "SIGKILL");
}

it(
  "tells the truth while the server is away, shows what it missed, and keeps what was typed",
  { timeout: 120_000 },
  async () => {
    const { page, problems } = await visitAsOwner("/providers?search=Typed");
    const words = await watchIndicator(page);
    const { page: typing } = await visitAsOwner("/providers/new");
    await typing.getByLabel("Name").fill("Typed before");
    await typing.getByLabel("Address").fill("http://127.0.0.1:9");
    const typingWords = await watchIndicator(typing);

    await killApi();
    await expect.poll(words, PATIENCE).toEqual(["live", "reconnecting", "live"]);
    await expect.poll(typingWords, PATIENCE).toEqual(["live", "reconnecting", "live"]);

    expect(await typing.getByLabel("Name").inputValue()).toBe("Typed before");
    await typing.getByRole("button", { name: "Connect" }).click();
    await typing.getByRole("dialog", { name: "Typed before" }).waitFor();
    await page.getByRole("row").filter({ hasText: "Typed before" }).waitFor();
    expect(problems.filter((problem) => problem.startsWith("script"))).toEqual([]);
  },
);

it("two browsers see each other's changes", { timeout: 60_000 }, async () => {
  const { page: watcher } = await visitAsOwner("/providers?search=elsewhere");
  await watcher.getByRole("status").getByText("Live").first().waitFor();
  const delays: number[] = [];
  for (let turn = 0; turn < 7; turn++) {
    const name = `Seen elsewhere ${turn}`;
    const shown = watcher.evaluate(
      async (wanted) =>
        await new Promise<number>((resolve) => {
          new MutationObserver((_changes, observer) => {
            if (!document.body.textContent.includes(wanted)) return;
            observer.disconnect();
            resolve(Date.now());
          }).observe(document.body, { subtree: true, childList: true, characterData: true });
        }),
      name,
    );
    await api.createProvider(name, "http://127.0.0.1:9/v1");
    const done = Date.now();
    delays.push(Math.max(0, (await shown) - done));
  }
  const median = delays.sort((a, b) => a - b)[3] ?? Infinity;
  console.log(`A change shows in another browser after ${median} ms (median of 7).`);
  expect(median).toBeLessThan(2_000);
});

it(
  "a run under an open page: no event is missing, none comes twice, nothing is loaded anew",
  { timeout: 120_000 },
  async () => {
    const words = Array.from({ length: 60 }, (_one, index) => `word${index}`).join(" ");
    const gate = new Gate();
    const vendor = await startVendor(answer({ text: words }, gate));
    const agent = await api.createAgent(
      "Steadfast",
      await api.createProvider("Steadfast", vendor.address),
    );
    const schema = { type: "object", properties: { text: { type: "string" } }, required: ["text"] };
    const assignment = await api.assign(agent, await api.createTask("Steadfast", schema));
    const run = await api.runTask(assignment, "hello");
    await gate.held;
    const { page, problems } = await visitAsOwner(`/runs/${run}`);
    await page.getByText("word50").waitFor();
    const seenWords = await watchIndicator(page);
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));

    await killApi();
    gate.open();
    await expect.poll(seenWords, PATIENCE).toEqual(["live", "reconnecting", "live"]);
    await page.getByText("Succeeded").first().waitFor(PATIENCE);
    await page.getByText(words, { exact: true }).waitFor();
    const { lastSequence } = await api.untilEnd(run);
    const events = await api.ask<{ events: { __typename: string }[] }>(
      `query ($id: ID!) { run(id: $id) { events(first: 1000) { __typename } } }`,
      { id: run },
    );
    expect(events.events.length).toBe(lastSequence);
    // The pieces of the answer are one step of the timeline.
    const timeline = page.getByRole("region", { name: "Timeline" });
    const others = events.events.filter(({ __typename }) => __typename !== "RunOutputDelta");
    expect(await timeline.getByRole("listitem").count()).toBe(others.length + 1);
    expect(await page.evaluate(() => "sameDocument" in window)).toBe(true);
    expect(problems.filter((problem) => problem.startsWith("script"))).toEqual([]);
    vendor.stop();
  },
);
