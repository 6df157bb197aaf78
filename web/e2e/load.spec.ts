/** Long lists and many events: the page goes on moving. */
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import * as api from "./harness/api";
import { visitAsOwner } from "./harness/browser";
import { watchFrames } from "./harness/frames";
import { copyRun } from "./harness/server";
import { injectInto } from "./harness/socket";
import { Gate, type Vendor, answer, startVendor } from "./harness/vendor";

const ROWS = 10_000;
/** How far down the spec goes: all the way takes a busy machine minutes. */
const SCROLLED = 2_000;
const EVENTS = 1_000;
const PER_SECOND = 200;
/** Far more than a person would call smooth, and still no freeze, on a machine that is busy. */
const FREEZE = 2_000;

let vendor: Vendor;
let agentId: string;
let assignmentId: string;
let runId: string;

beforeAll(async () => {
  vendor = await startVendor(answer({ category: "bug", confidence: 0.9 }));
  agentId = await api.createAgent("Load", await api.createProvider("Load", vendor.address));
  assignmentId = await api.assign(agentId, await api.createTask("Load", api.CLASSIFICATION));
  runId = await api.runTask(assignmentId, "hello");
  await api.untilEnd(runId);
});

afterAll(() => {
  vendor.stop();
});

/** Evenly, as many a second as promised. */
async function everyTick(count: number, tick: (index: number) => void): Promise<void> {
  const begin = performance.now();
  for (let sent = 0; sent < count;) {
    await new Promise((resolve) => setTimeout(resolve, 1_000 / PER_SECOND));
    const due = Math.ceil(((performance.now() - begin) / 1_000) * PER_SECOND);
    for (; sent < Math.min(due, count); sent++) tick(sent);
  }
}

it("scrolls through 10,000 runs, with a bounded page", { timeout: 120_000 }, async () => {
  await copyRun(inject("dataDir"), runId, ROWS - 1);
  const { page, problems } = await visitAsOwner(`/runs?agent=${agentId}`);
  await page.getByRole("row").nth(20).waitFor();
  const longestGap = await watchFrames(page);
  const begin = Date.now();
  const most = await page.evaluate(async (rows) => {
    const main = document.querySelector("main");
    let most = 0;
    while (!document.querySelector(`tr[aria-rowindex="${rows + 1}"]`)) {
      main?.scrollTo({ top: main.scrollHeight });
      await new Promise(requestAnimationFrame);
      most = Math.max(most, document.querySelectorAll("*").length);
    }
    return most;
  }, SCROLLED);
  const took = Date.now() - begin;
  console.log(
    `Scrolled through ${SCROLLED} of ${ROWS} runs in ${took} ms: at most ${most} elements, ` +
      `longest gap between frames ${await longestGap()} ms.`,
  );
  expect(most).toBeLessThan(5_000);
  expect(await longestGap()).toBeLessThan(FREEZE);

  expect(problems).toEqual([]);
});

it("takes 200 pieces of an answer a second", { timeout: 60_000 }, async () => {
  const gate = new Gate();
  vendor.says(answer({ category: "bug", confidence: 0.9 }, gate));
  const id = await api.runTask(assignmentId, "hold");
  await gate.held;
  await api.untilRun(id, ({ lastSequence }) => lastSequence === 3);

  const { page } = await visitAsOwner("/providers");
  const events = await injectInto(page, "runEvents");
  await page.goto(new URL(`/runs/${id}`, page.url()).href);
  await events.asked;
  await page.getByText("characters so far").waitFor();
  const longestGap = await watchFrames(page);
  const at = new Date().toISOString();
  const beginning = '{"category":"bug","confidence":0.9,"reasoning":"';
  const send = (sequence: number, typename: string, more: object) => {
    events.send({ __typename: typename, runId: id, sequence, at, ...more });
  };
  // The answer of the spec begins anew, as it would after a rejected one.
  send(4, "RunOutputRejected", { text: "", issues: [] });
  send(5, "RunOutputDelta", { text: beginning });
  await everyTick(EVENTS, (index) => {
    send(6 + index, "RunOutputDelta", { text: `word${index} ` });
  });
  await page.getByText(`word${EVENTS - 1} `).waitFor();
  console.log(
    `${PER_SECOND} events a second: longest gap between frames ${await longestGap()} ms.`,
  );
  expect(await longestGap()).toBeLessThan(FREEZE);
  gate.open();
});

it("counts 200 new runs a second without a jump", { timeout: 60_000 }, async () => {
  const { page } = await visitAsOwner("/providers");
  const changes = await injectInto(page, "runChanged");
  await page.goto(new URL(`/runs?agent=${agentId}`, page.url()).href);
  await changes.asked;
  const first = page.getByRole("row").nth(1);
  await first.waitFor();
  const where = async () => [
    await first.getByRole("link").getAttribute("href"),
    (await first.boundingBox())?.y,
  ];
  const before = await where();
  const longestGap = await watchFrames(page);
  await api.untilEnd(await api.runTask(assignmentId, "one more"));
  const change = (await changes.first) as { run: object };
  await everyTick(EVENTS - 1, (index) => {
    const id = `ffffffff-0000-7000-8000-${String(index).padStart(12, "0")}`;
    changes.send({ ...change, id, run: { ...change.run, id } });
  });
  const news = page.getByRole("button", { name: / new$/ });
  await expect.poll(async () => await news.textContent()).toBe("1,000 new");
  console.log(
    `${PER_SECOND} new runs a second: longest gap between frames ${await longestGap()} ms.`,
  );
  expect(await longestGap()).toBeLessThan(FREEZE);
  expect(await where()).toEqual(before);
});
