import { configure, screen, within } from "@testing-library/vue";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { connection } from "@/lib/connection";
import { playServer } from "@/testing/client";
import { renderRoute } from "@/testing/render";
import { routes as ownRoutes } from "../routes";
import { event, request, run, started } from "../testing/world";

const routes = [...ownRoutes, { path: "/:path(.*)*", component: { render: () => null } }];

vi.mock("@/lib/viewer", async (original) => ({
  ...(await original<typeof import("@/lib/viewer")>()),
  can: () => true,
}));

// A machine that is busy is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

beforeAll(async () => {
  await import("./RunPage.vue");
}, 60_000);

beforeEach(() => {
  connection.opened();
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => setTimeout(draw, 0));
  vi.stubGlobal("cancelAnimationFrame", clearTimeout);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const done = { status: "SUCCEEDED", output: { category: "bug" }, lastSequence: 9 };
const issue = { __typename: "Issue", path: ["category"], message: "Missing." };

async function open(change: Record<string, unknown>, requests: () => object[] = () => []) {
  const server = playServer({
    Run: () => ({ run: run("05", change) }),
    RunRequests: () => ({ run: { __typename: "Run", id: "05", requests: requests() } }),
  });
  await renderRoute(routes, "/runs/05");
  await screen.findByRole("heading", { name: "Output" });
  return server;
}

async function unfold(name: RegExp) {
  await userEvent.setup().click(await screen.findByRole("button", { name }));
}

it("tells its mode, and what that means", async () => {
  await open({ ...done, outputMode: "JSON_AND_SHOWN" });
  const mode = screen.getByRole("button", { name: "JSON enforced, schema shown" });
  await userEvent.setup().click(mode);
  expect((await screen.findAllByText(/lets the model write only JSON/)).length).toBeGreaterThan(0);
});

it("tells which tokens were cached, where that is known", async () => {
  const usage = { __typename: "Usage", requests: 1, outputTokens: 5, costUsd: null };
  await open({ ...done, usage: { ...usage, inputTokens: 1200, cachedTokens: 800 } });
  expect(screen.getByText(/\(800 cached\)/)).toBeTruthy();
});

describe("thoughts", () => {
  it("are apart from the answer, whole, and out of its way", async () => {
    const thoughts = "<think>".repeat(8_000);
    await open({ ...done, thoughts });
    const name = /^Thoughts 56,000 characters/;
    expect(screen.queryByText(/<think>/)).toBeNull();
    await unfold(name);
    const region = screen.getByRole("region", { name: "Thoughts of the model" });
    expect(region.textContent).toBe(thoughts);
    expect(screen.getByRole("button", { name: "Copy: Thoughts of the model" })).toBeTruthy();
  });

  it("are not there where there are none", async () => {
    await open(done);
    expect(screen.queryByRole("button", { name: /Thoughts/ })).toBeNull();
  });
});

describe("requests", () => {
  it("are asked for when somebody looks", async () => {
    const server = await open(done, () => [request(1)]);
    expect(server.asked).not.toContain("RunRequests");
    await unfold(/^Requests/);
    await screen.findByRole("button", { name: /^Request 1/ });
    expect(server.asked.filter((name) => name === "RunRequests")).toHaveLength(1);
  });

  it("say that nothing was kept", async () => {
    await open(done);
    await unfold(/^Requests/);
    expect(await screen.findByText("Nothing was kept.")).toBeTruthy();
  });

  it("show what was sent, and what came back", async () => {
    await open(done, () => [request(1, { cachedTokens: 800, thoughts: "Hm." })]);
    await unfold(/^Requests/);
    const region = (name: string) => screen.getByRole("region", { name });
    await screen.findByRole("button", { name: /^Request 1/ });
    expect(region("System message of request 1").textContent).toBe("Sort it.");
    expect(region("User message of request 1").textContent).toBe("hello");
    expect(region("Answer to request 1").textContent).toBe('{"category": "bug"}');
    for (const text of ["200 ms", "stop", /^1,200/, /\(800 cached\)/]) {
      expect(screen.getByText(text)).toBeTruthy();
    }
    expect(screen.queryByRole("region", { name: "Schema of request 1" })).toBeNull();
    await unfold(/^Schema$/);
    expect(region("Schema of request 1").textContent).toContain('"category"');
    await unfold(/^Thoughts/);
    expect(region("Thoughts of the model").textContent).toBe("Hm.");
  });

  it("are copied whole, and say where that is not allowed", async () => {
    await open(done, () => [request(1)]);
    await unfold(/^Requests/);
    await unfold(/^Copy the whole request/);
    const again = await screen.findByRole("button", { name: "Copied" });
    const copied = JSON.parse(await navigator.clipboard.readText()) as object;
    expect(copied).toMatchObject({ position: 1, text: '{"category": "bug"}' });
    vi.spyOn(navigator.clipboard, "write").mockRejectedValue(new Error("not allowed"));
    again.click();
    expect(await screen.findByText(/did not let it be copied/)).toBeTruthy();
  });

  it("R2: make a correction known as one, with what was wrong before", async () => {
    const { messages } = request(1);
    const corrected = [
      ...messages,
      { role: "assistant", content: "{}" },
      { role: "user", content: "category: Missing." },
    ];
    await open(done, () => [
      request(1, { text: "{}", issues: [issue] }),
      request(2, { messages: corrected }),
    ]);
    await unfold(/^Requests/);
    await screen.findByRole("button", { name: /^Request 2 Correction/ });
    // What the request before had already, is folded.
    expect(screen.queryByRole("region", { name: "System message of request 2" })).toBeNull();
    expect(screen.getAllByRole("region", { name: "User message of request 2" })).toHaveLength(1);
    expect(screen.getByText("category: Missing.")).toBeTruthy();

    await unfold(/^Request 1 rejected/);
    const [first] = screen
      .getAllByRole("listitem")
      .filter((item) => within(item).queryByRole("button", { name: /^Request 1/ }));
    if (!first) throw new Error("no first request");
    expect(within(first).getByText("Missing.")).toBeTruthy();
  });

  it.each([
    [{ finishedAt: null, text: null }, done, "No answer came."],
    [{ finishedAt: null, text: null }, {}, "The answer is being waited for."],
    [{ text: null }, done, "No answer came."],
    [{ text: "" }, done, "The model said nothing."],
  ])("say why there is no text: %o", async (change, state, words) => {
    await open(state, () => [request(1, change)]);
    await unfold(/^Requests/);
    expect(await screen.findByText(words)).toBeTruthy();
  });

  it("go on as the run does", async () => {
    const requests = [request(1, { text: "{}", issues: [issue] })];
    const server = await open({}, () => requests);
    server.push("WatchRunEvents", event(1, "RunQueued"));
    server.push("WatchRunEvents", event(2, "RunStarted", started));
    await unfold(/^Requests/);
    await screen.findByRole("button", { name: /^Request 1/ });
    requests.push(request(2));
    const rejected = { text: "{}", issues: [issue] };
    server.push("WatchRunEvents", event(3, "RunOutputRejected", rejected));
    expect(await screen.findByRole("button", { name: /^Request 2/ })).toBeTruthy();
  });
});

describe("a failure", () => {
  const error = {
    __typename: "RunError",
    code: "OUTPUT_TRUNCATED",
    message: "It was cut off at maxTokens.",
    vendorMessage: null as string | null,
    issues: [],
  };

  it.each([
    ["PROMPT_TRUNCATED", "The server cut the prompt"],
    ["OUTPUT_TRUNCATED", "The answer was cut off"],
    ["CONTENT_REFUSED", "The model or a content filter refused"],
  ])("has words for %s", async (code, words) => {
    await open({ status: "FAILED", lastSequence: 9, error: { ...error, code } });
    expect(screen.getByRole("heading", { name: words })).toBeTruthy();
    expect(screen.queryByRole("figure")).toBeNull();
  });

  it("quotes the vendor as the one who said it", async () => {
    const said = '<b>max_tokens</b> of "model" reached';
    await open({ status: "FAILED", lastSequence: 9, error: { ...error, vendorMessage: said } });
    const quotation = screen.getByRole("figure");
    expect(within(quotation).getByText("Workshop")).toBeTruthy();
    const words = within(quotation).getByRole("region", { name: "The provider’s own words" });
    expect(words.textContent).toBe(said);
  });
});
