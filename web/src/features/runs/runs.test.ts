import { configure, screen, waitFor, within } from "@testing-library/vue";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { connection } from "@/lib/connection";
import { playServer } from "@/testing/client";
import { renderRoute } from "@/testing/render";
import { routes as ownRoutes } from "./routes";
import { event, run, started } from "./testing/world";

// A run links to its agent and its task.
const routes = [...ownRoutes, { path: "/:path(.*)*", component: { render: () => null } }];

vi.mock("@/lib/viewer", async (original) => ({
  ...(await original<typeof import("@/lib/viewer")>()),
  can: () => true,
}));

function runs(...ids: string[]) {
  return {
    runs: {
      __typename: "RunConnection",
      nodes: ids.map((id) => run(id)),
      pageInfo: { __typename: "PageInfo", hasNextPage: false, endCursor: null },
    },
  };
}

// A machine that is busy is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

beforeAll(async () => {
  await Promise.all([
    import("./components/RunsPage.vue"),
    import("./components/RunPage.vue"),
    import("./components/RunDrawer.vue"),
  ]);
}, 60_000);

beforeEach(() => {
  connection.opened();
  sessionStorage.clear();
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => setTimeout(draw, 0));
  vi.stubGlobal("cancelAnimationFrame", clearTimeout);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the table", () => {
  it("holds new runs back behind a bar, and shows them when asked", async () => {
    let ids = ["02", "01"];
    const server = playServer({ Runs: () => runs(...ids) });
    await renderRoute(routes, "/runs");
    await screen.findByText("Agent 02");
    ids = ["03", "02", "01"];
    server.push("WatchRuns", {
      runChanged: { __typename: "RunChange", kind: "CREATED", id: "03", run: run("03") },
    });
    const bar = await screen.findByRole("button", { name: "1 new" });
    expect(screen.queryByText("Agent 03")).toBeNull();
    await userEvent.setup().click(bar);
    expect(await screen.findByText("Agent 03")).toBeTruthy();
    await waitFor(() => {
      expect(screen.queryByRole("button", { name: "1 new" })).toBeNull();
    });
  });

  it("changes a row in its place", async () => {
    const server = playServer({ Runs: () => runs("02", "01") });
    await renderRoute(routes, "/runs");
    const row = (await screen.findByText("Agent 01")).closest("tr");
    if (!row) throw new Error("no row");
    expect(within(row).getByText("Running")).toBeTruthy();
    server.push("WatchRuns", {
      runChanged: {
        __typename: "RunChange",
        kind: "UPDATED",
        id: "01",
        run: run("01", { status: "FAILED" }),
      },
    });
    expect(await within(row).findByText("Failed")).toBeTruthy();
  });

  it("cancels in the row", async () => {
    const cancel = vi.fn(() => ({
      cancelRun: { __typename: "CancelRunPayload", run: run("01", { status: "CANCELLING" }) },
    }));
    playServer({ Runs: () => runs("01"), CancelRun: cancel });
    await renderRoute(routes, "/runs");
    const name = "Cancel the run of Agent 01";
    await userEvent.setup().click(await screen.findByRole("button", { name }));
    expect(await screen.findByText("Cancelling…")).toBeTruthy();
    expect(cancel).toHaveBeenCalledWith({ input: { runId: "01" } });
    expect(screen.getByRole("button", { name }).hasAttribute("disabled")).toBe(true);
  });

  it("R4: says that it was asked to cancel at once, and why that did not work", async () => {
    let answer: (data: Record<string, unknown>) => void = () => undefined;
    playServer({
      Runs: () => runs("01"),
      CancelRun: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    await renderRoute(routes, "/runs");
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Cancel the run of Agent 01" }));
    expect(await screen.findByText("Cancelling…")).toBeTruthy();
    answer({ cancelRun: { __typename: "NotFoundError", message: "It was pruned." } });
    await user.click(await screen.findByRole("button", { name: "Not cancelled" }));
    expect(await screen.findByText("It was pruned.")).toBeTruthy();
    expect(screen.getByText("Running")).toBeTruthy();
  });

  it("asks for what the address says", async () => {
    const asked = vi.fn(() => runs());
    playServer({ Runs: asked });
    await renderRoute(routes, "/runs?status=failed&task=t1");
    expect(await screen.findByText("No such run")).toBeTruthy();
    expect(asked).toHaveBeenCalledWith(
      expect.objectContaining({ statuses: ["FAILED"], taskId: "t1" }),
    );
  });
});

describe("a run", () => {
  it("shows the answer field by field while it grows, as text", async () => {
    const server = playServer({ Run: () => ({ run: run("05") }) });
    await renderRoute(routes, "/runs/05");
    await screen.findByRole("heading", { name: "Output" });
    server.push("WatchRunEvents", event(1, "RunQueued"));
    server.push("WatchRunEvents", event(2, "RunStarted", started));
    server.push(
      "WatchRunEvents",
      event(3, "RunOutputDelta", { text: '{"category": "<img src=x>' }),
    );
    expect(await screen.findByText(/<img src=x>/)).toBeTruthy();
    expect(document.querySelector("img[src=x]")).toBeNull();
    expect(screen.getByText("not there yet")).toBeTruthy();
  });

  it("D5: after a reconnect goes on from the last event, without gap or duplicate", async () => {
    const server = playServer({ Run: () => ({ run: run("05") }) });
    await renderRoute(routes, "/runs/05");
    await screen.findByRole("heading", { name: "Output" });
    server.push("WatchRunEvents", event(1, "RunQueued"));
    server.push("WatchRunEvents", event(2, "RunStarted", started));
    server.push("WatchRunEvents", event(3, "RunOutputDelta", { text: '{"category": "Told' }));
    await screen.findByText(/^Told/);
    connection.closed();
    // Nobody listens now.
    server.push("WatchRunEvents", event(4, "RunOutputDelta", { text: " lost" }));
    await new Promise((resolve) => setTimeout(resolve, 0));
    connection.opened();
    // A server that tells some of it twice is no harm.
    server.push("WatchRunEvents", event(3, "RunOutputDelta", { text: '{"category": "Told' }));
    server.push("WatchRunEvents", event(4, "RunOutputDelta", { text: " once and" }));
    server.push("WatchRunEvents", event(5, "RunOutputDelta", { text: " only" }));
    expect(await screen.findByText(/^Told once and only/)).toBeTruthy();
  });

  it("says Cancelling… until the server confirms", async () => {
    let status = "RUNNING";
    const server = playServer({
      Run: () => ({ run: run("05", { status, lastSequence: status === "CANCELLED" ? 4 : 2 }) }),
      CancelRun: () => {
        status = "CANCELLING";
        const now = run("05", { status, lastSequence: 3 });
        return { cancelRun: { __typename: "CancelRunPayload", run: now } };
      },
    });
    await renderRoute(routes, "/runs/05");
    await userEvent.setup().click(await screen.findByRole("button", { name: "Cancel" }));
    const button = await screen.findByRole("button", { name: "Cancelling…" });
    expect(button.hasAttribute("disabled")).toBe(true);
    status = "CANCELLED";
    for (const [index, type] of ["RunQueued", "RunStarted", "RunCancelling"].entries()) {
      server.push("WatchRunEvents", event(index + 1, type, started));
    }
    server.push("WatchRunEvents", event(4, "RunCancelled"));
    expect((await screen.findAllByText("Cancelled")).length).toBeGreaterThan(0);
    expect(screen.queryByRole("button", { name: "Cancelling…" })).toBeNull();
  });

  it("R4: says Cancelling… before the server has answered, whatever the events told", async () => {
    const server = playServer({
      Run: () => ({ run: run("05") }),
      CancelRun: () => new Promise(() => undefined),
    });
    await renderRoute(routes, "/runs/05");
    await screen.findByRole("heading", { name: "Output" });
    server.push("WatchRunEvents", event(1, "RunQueued"));
    server.push("WatchRunEvents", event(2, "RunStarted", started));
    await screen.findByText(/Started/);
    await userEvent.setup().click(screen.getByRole("button", { name: "Cancel" }));
    expect(await screen.findByRole("button", { name: "Cancelling…" })).toBeTruthy();
  });

  it("says in words why it failed, with the rejected answers", async () => {
    const error = {
      __typename: "RunError",
      code: "OUTPUT_INVALID",
      message: "Every answer breaks the schema.",
      vendorMessage: null,
      issues: [{ __typename: "Issue", path: ["category"], message: "Missing." }],
    };
    const server = playServer({
      Run: () => ({ run: run("05", { status: "FAILED", error, lastSequence: 4 }) }),
    });
    await renderRoute(routes, "/runs/05");
    expect(await screen.findByText("No answer fits the response schema")).toBeTruthy();
    const issues = [{ __typename: "Issue", path: ["category"], message: "Missing." }];
    server.push("WatchRunEvents", event(1, "RunQueued"));
    server.push("WatchRunEvents", event(2, "RunStarted", started));
    server.push("WatchRunEvents", event(3, "RunOutputRejected", { text: "{}", issues }));
    const list = await screen.findByRole("region", { name: /Rejected answers/ });
    expect(within(list).getByText("Missing.")).toBeTruthy();
    expect(within(list).getByRole("region", { name: "Rejected answer 1" }).textContent).toBe("{}");
  });

  it("says that there is none", async () => {
    playServer({ Run: () => ({ run: null }) });
    await renderRoute(routes, "/runs/99");
    expect(await screen.findByText("This run does not exist")).toBeTruthy();
  });
});

describe("the run form", () => {
  const assignment = {
    __typename: "Assignment",
    id: "s1",
    agentName: "Classifier",
    taskName: "Classify",
    isActive: true,
    task: {
      __typename: "Task",
      id: "t1",
      revision: 1,
      description: null,
      requestSchema: {
        type: "object",
        required: ["message"],
        properties: { message: { type: "string" } },
      },
    },
  };
  const answers = {
    Runs: () => runs("01"),
    RunForm: () => ({ assignment }),
    FindAssignments: () => ({
      assignments: { __typename: "AssignmentConnection", nodes: [assignment] },
    }),
    RunInput: () => ({ run: { __typename: "Run", id: "01", input: { message: "again" } } }),
  };

  it("runs what was filled in, and goes to the run", async () => {
    const runTask = vi.fn<(asked: Record<string, unknown>) => Record<string, unknown>>(() => ({
      runTask: { __typename: "RunTaskPayload", run: run("06") },
    }));
    playServer({ ...answers, RunTask: runTask, Run: () => ({ run: run("06") }) });
    const router = await renderRoute(routes, "/runs/new?assignment=s1");
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText(/^message/), "hi");
    await user.click(screen.getByRole("button", { name: "Run" }));
    await waitFor(() => {
      expect(router.currentRoute.value.path).toBe("/runs/06");
    });
    expect(runTask.mock.calls[0]?.[0].input).toMatchObject({
      assignmentId: "s1",
      input: { message: "hi" },
    });
  });

  it("keeps what was typed when the server refuses it, and says why at the field", async () => {
    const keys: unknown[] = [];
    playServer({
      ...answers,
      RunTask: ({ input }) => {
        keys.push((input as { idempotencyKey: string }).idempotencyKey);
        return {
          runTask: {
            __typename: "InvalidInputError",
            message: "The input breaks a rule.",
            issues: [{ __typename: "Issue", path: ["input", "message"], message: "Too rude." }],
          },
        };
      },
    });
    await renderRoute(routes, "/runs/new?assignment=s1");
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText(/^message/), "hi");
    await user.click(screen.getByRole("button", { name: "Run" }));
    expect(await screen.findByText("Too rude.")).toBeTruthy();
    expect(screen.getByLabelText<HTMLTextAreaElement>(/^message/).value).toBe("hi");
    await user.click(screen.getByRole("button", { name: "Run" }));
    await waitFor(() => {
      expect(keys).toHaveLength(2);
    });
    expect(keys[0]).toBe(keys[1]);
  });

  it("starts from the input of an earlier run", async () => {
    playServer(answers);
    await renderRoute(routes, "/runs/new?assignment=s1&from=01");
    const message = await screen.findByLabelText<HTMLTextAreaElement>(/^message/);
    await waitFor(() => {
      expect(message.value).toBe("again");
    });
  });

  it("asks for an assignment first", async () => {
    playServer(answers);
    await renderRoute(routes, "/runs/new");
    await userEvent.setup().click(await screen.findByRole("button", { name: "Run" }));
    expect(await screen.findByText("Choose an assignment first.")).toBeTruthy();
  });
});
