import { screen, within } from "@testing-library/vue";
import { userEvent } from "@testing-library/user-event";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type PlayedServer, playServer } from "@/testing/client";
import { renderRoute } from "@/testing/render";
import { asked } from "@/ui/confirm";
import { routes } from "./routes";

vi.mock("@/lib/viewer", async (original) => ({
  ...(await original<typeof import("@/lib/viewer")>()),
  can: () => true,
}));

const pageInfo = { __typename: "PageInfo", hasNextPage: false, endCursor: null };
const provider = {
  __typename: "Provider",
  id: "p1",
  name: "Workshop",
  type: "OLLAMA",
  baseUrl: "http://localhost:11434",
  apiKeyHint: null,
  isActive: true,
  revision: 1,
  validationStatus: "CONNECTED",
  validationError: null,
  validatedAt: null,
  models: [{ __typename: "ProviderModel", name: "qwen3:4b" }],
};
const retired = { ...provider, id: "p2", name: "Retired", isActive: false };
const far = { ...provider, id: "p9", name: "Far away", models: [] };
const agent = {
  __typename: "Agent",
  id: "a1",
  name: "Classifier",
  description: "Sorts messages",
  modelName: "qwen3:4b",
  revision: 3,
  updatedAt: "2026-01-01T00:00:00Z",
  provider,
  systemPrompt: "Sort.",
  userPrompt: null,
  modelSettings: {
    __typename: "ModelSettings",
    temperature: null,
    maxTokens: null,
    timeoutSeconds: null,
    outputRetries: null,
  },
};
const assignment = {
  __typename: "Assignment",
  id: "s1",
  agentName: "Classifier",
  taskName: "Ticket",
  isActive: true,
  assignedAt: "2026-01-01T00:00:00Z",
  agent: { __typename: "Agent", id: "a1", name: "Classifier" },
  task: {
    __typename: "Task",
    id: "t1",
    name: "Ticket",
    description: null,
    revision: 1,
    requestSchema: { type: "object", properties: { title: { type: "string" } } },
  },
};
const counts = {
  __typename: "RunCounts",
  queued: 1,
  running: 2,
  succeeded: 7,
  failed: 1,
  cancelled: 0,
};
const none = { ...counts, queued: 0, running: 0, succeeded: 0, failed: 0 };

let server: PlayedServer;
let listed: object[];
let stored: typeof agent;
let assigned: object[];
let hasRun: boolean;
let sampleProvider: typeof provider;
let answerUnassign: (data: Record<string, unknown>) => void;
const create = vi.fn<(variables: Record<string, unknown>) => Record<string, unknown>>();
const update = vi.fn<(variables: Record<string, unknown>) => Record<string, unknown>>();

// Screens are loaded when they are first shown; that is not what a test's time is for.
beforeAll(async () => {
  await Promise.all([
    import("./components/AgentsPage.vue"),
    import("./components/AgentForm.vue"),
    import("./components/AgentTasks.vue"),
  ]);
}, 60_000);

beforeEach(() => {
  listed = [{ ...agent, assignments: [assignment], runCounts: counts }];
  stored = agent;
  assigned = [assignment];
  hasRun = true;
  sampleProvider = provider;
  create.mockReset();
  update.mockReset();
  asked.value = null;
  localStorage.clear();
  server = playServer({
    Agents: () => ({
      agents: {
        __typename: "AgentConnection",
        nodes: listed,
        pageInfo,
        totalCount: listed.length,
      },
    }),
    Agent: () => {
      const owner = { ...assignment.agent, name: stored.name };
      return {
        agent: { ...stored, assignments: assigned.map((one) => ({ ...one, agent: owner })) },
      };
    },
    AgentRunCounts: () => ({ agent: { __typename: "Agent", id: "a1", runCounts: counts } }),
    AgentsRunCounts: () => ({
      a0: { __typename: "Agent", id: "a1", runCounts: { ...counts, running: 0, succeeded: 9 } },
    }),
    Provider: ({ id }) => ({ provider: [provider, retired, far].find((one) => one.id === id) }),
    // The first page has not all of them.
    Providers: ({ search }) => ({
      providers: {
        __typename: "ProviderConnection",
        nodes: search ? [far] : [provider, retired],
        pageInfo,
        totalCount: 2,
      },
    }),
    FirstRun: () => ({
      runs: {
        __typename: "RunConnection",
        nodes: hasRun ? [{ __typename: "Run", id: "r1" }] : [],
      },
      assignments: {
        __typename: "AssignmentConnection",
        nodes: [{ ...assignment, agent: { ...assignment.agent, provider: sampleProvider } }],
      },
    }),
    AgentInstances: () => ({ agentInstances: [] }),
    Tasks: () => ({
      tasks: {
        __typename: "TaskConnection",
        nodes: [
          {
            ...assignment.task,
            id: "t2",
            name: "Letter",
            responseSchema: { type: "object" },
            updatedAt: "2026-01-01T00:00:00Z",
            assignments: [],
          },
        ],
        pageInfo,
        totalCount: 1,
      },
    }),
    Task: () => ({
      task: {
        ...assignment.task,
        id: "t9",
        name: "Just made",
        responseSchema: { type: "object" },
        updatedAt: "2026-01-01T00:00:00Z",
        assignments: [],
      },
    }),
    AssignTask: () => ({
      assignTask: { __typename: "AlreadyAssignedError", message: "Letter is assigned already." },
    }),
    UnassignTask: () =>
      new Promise((resolve) => {
        answerUnassign = resolve;
      }),
    CreateAgent: create,
    UpdateAgent: update,
  });
});

describe("the list", () => {
  it("says what agents are for where there is none", async () => {
    listed = [];
    await renderRoute(routes, "/agents");
    expect(await screen.findByRole("heading", { name: "No agent yet" })).toBeTruthy();
    expect(screen.getByRole("link", { name: "Create the first agent" })).toBeTruthy();
  });

  it("A4: shows an agent with its model, provider, tasks and the runs of the day", async () => {
    await renderRoute(routes, "/agents");
    const card = within(await screen.findByRole("article", { name: "Classifier" }));
    for (const text of ["qwen3:4b", "Workshop", "Connected", "Ticket"]) {
      expect(card.getByText(text)).toBeTruthy();
    }
    expect(card.getByText("Today: 7 succeeded, 1 failed")).toBeTruthy();
    expect(card.getByText("2 running, 1 queued")).toBeTruthy();
  });

  it("counts only agents that had a run, all of them in one request", async () => {
    await renderRoute(routes, "/agents");
    await screen.findByRole("article", { name: "Classifier" });
    const before = server.asked.length;
    for (const id of ["r1", "r2", "r3"]) {
      server.push("WatchAgentRuns", {
        runChanged: {
          __typename: "RunChange",
          kind: "UPDATED",
          id,
          run: { __typename: "Run", id, status: "SUCCEEDED", agentId: "a1" },
        },
      });
    }
    expect(await screen.findByText("Today: 9 succeeded, 1 failed")).toBeTruthy();
    expect(server.asked.slice(before)).toEqual(["AgentsRunCounts"]);
  });

  describe("the first run", () => {
    beforeEach(() => {
      hasRun = false;
      listed = [{ ...agent, assignments: [assignment], runCounts: none }];
    });

    it("F1: is offered until something has run", async () => {
      await renderRoute(routes, "/agents");
      expect(await screen.findByText(/Classifier is ready/)).toBeTruthy();
      expect(screen.getByRole("link", { name: "Run Ticket" })).toBeTruthy();
    });

    it("does not say that it is ready where its provider cannot be used, and says why", async () => {
      const why = "Nobody listens there.";
      sampleProvider = { ...provider, validationStatus: "ERROR", validationError: why as never };
      await renderRoute(routes, "/agents");
      expect(await screen.findByText("Its provider Workshop cannot be used now")).toBeTruthy();
      expect(screen.getByText(why)).toBeTruthy();
      expect(screen.getByRole("link", { name: "Look at the provider" })).toBeTruthy();
      expect(screen.queryByText(/is ready/)).toBeNull();
    });
  });

  it("remembers the table", async () => {
    await renderRoute(routes, "/agents");
    await userEvent.click(await screen.findByRole("button", { name: "Show as a table" }));
    expect(await screen.findByRole("table", { name: "Agents" })).toBeTruthy();
    await vi.waitFor(() => {
      expect(localStorage.getItem("rota.agents.view")).toBe("table");
    });
  });
});

describe("the form", () => {
  it("asks the server nothing while something is missing", async () => {
    await renderRoute(routes, "/agents/new");
    await userEvent.click(await screen.findByRole("button", { name: "Create agent" }));
    expect(await screen.findByText("Give it a name.")).toBeTruthy();
    expect(screen.getByText("Tell the model what to do.")).toBeTruthy();
    expect(create).not.toHaveBeenCalled();
  });

  it("starts with the only active provider and its only model, and sends what was typed", async () => {
    create.mockReturnValue({
      createAgent: { __typename: "CreateAgentPayload", agent: { ...agent, name: "New one" } },
    });
    const router = await renderRoute(routes, "/agents/new");
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText(/^Name/), "New one");
    await user.type(screen.getByLabelText(/^System prompt/), "Sort.");
    await user.type(screen.getByLabelText(/^Temperature/), "0.5");
    await user.click(screen.getByRole("button", { name: "Create agent" }));
    await vi.waitFor(() => {
      expect(router.currentRoute.value.path).toBe("/agents/a1/tasks");
    });
    expect(create).toHaveBeenCalledWith({
      input: expect.objectContaining({
        name: "New one",
        providerId: "p1",
        modelName: "qwen3:4b",
        systemPrompt: "Sort.",
        modelSettings: expect.objectContaining({ temperature: 0.5, maxTokens: null }) as object,
      }) as object,
    });
  });

  it.each([
    [{ __typename: "NameTakenError", message: "“New one” is taken." }, /^Name/],
    [
      {
        __typename: "InvalidInputError",
        message: "The input breaks a rule.",
        issues: [
          {
            __typename: "Issue",
            path: ["modelSettings", "temperature"],
            message: "Too warm for this vendor.",
          },
        ],
      },
      /^Temperature/,
    ],
  ])("puts what the server refuses at its field: %o", async (refused, label) => {
    create.mockReturnValue({ createAgent: refused });
    await renderRoute(routes, "/agents/new");
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText(/^Name/), "New one");
    await user.type(screen.getByLabelText(/^System prompt/), "Sort.");
    await user.click(screen.getByRole("button", { name: "Create agent" }));
    await vi.waitFor(() => {
      expect(screen.getByLabelText(label).getAttribute("aria-invalid")).toBe("true");
    });
    expect(screen.getByLabelText<HTMLInputElement>(/^Name/).value).toBe("New one");
  });

  it("P6: shows an inactive provider, and does not let it be chosen", async () => {
    await renderRoute(routes, "/agents/new");
    await userEvent.click(await screen.findByLabelText(/^Provider/));
    const option = await screen.findByRole("option", { name: /Retired/ });
    expect(option.hasAttribute("data-disabled")).toBe(true);
    expect(option.textContent).toContain("Inactive");
  });

  it("finds a provider that is not among the first", async () => {
    create.mockReturnValue({ createAgent: { __typename: "NameTakenError", message: "Taken." } });
    await renderRoute(routes, "/agents/new");
    const user = userEvent.setup();
    await user.click(await screen.findByLabelText(/^Provider/));
    await user.type(await screen.findByPlaceholderText("Search providers"), "far");
    await user.click(await screen.findByRole("option", { name: /Far away/ }));
    await user.type(screen.getByLabelText(/^Name/), "New one");
    await user.type(screen.getByLabelText(/^System prompt/), "Sort.");
    await user.click(screen.getByRole("button", { name: "Create agent" }));
    await vi.waitFor(() => {
      expect(create).toHaveBeenCalledWith({
        input: expect.objectContaining({ providerId: "p9" }) as object,
      });
    });
    expect(screen.getByLabelText(/^Provider/).textContent).toContain("Far away");
  });

  it("starts with the provider that the list is narrowed to, wherever it is listed", async () => {
    await renderRoute(routes, "/agents/new?provider=p9");
    await vi.waitFor(() => {
      expect(screen.getByLabelText(/^Provider/).textContent).toContain("Far away");
    });
  });

  it("R7: offers the fields of the assigned tasks, and puts one where the cursor is", async () => {
    await renderRoute(routes, "/agents/a1/edit");
    await userEvent.click(await screen.findByRole("button", { name: "Insert {{title}}" }));
    expect(screen.getByLabelText<HTMLTextAreaElement>(/^User prompt/).value).toBe("{{title}}");
  });

  it("A2: says that running work keeps its revision", async () => {
    await renderRoute(routes, "/agents/a1/edit");
    expect(await screen.findByText(/keep revision 3/)).toBeTruthy();
  });

  it("shows both versions when somebody else saved first, and goes on with mine", async () => {
    update.mockImplementationOnce(() => {
      stored = { ...agent, revision: 4, systemPrompt: "Theirs.", name: "Renamed" };
      return {
        updateAgent: {
          __typename: "StaleRevisionError",
          message: "It is at revision 4 by now.",
          currentRevision: 4,
        },
      };
    });
    await renderRoute(routes, "/agents/a1/edit");
    const user = userEvent.setup();
    const prompt = await screen.findByLabelText<HTMLTextAreaElement>(/^System prompt/);
    await user.clear(prompt);
    await user.type(prompt, "Mine.");
    await user.click(screen.getByRole("button", { name: "Save" }));

    expect(await screen.findByText("Somebody else changed this meanwhile")).toBeTruthy();
    expect(screen.getByText("Theirs.")).toBeTruthy();
    expect(prompt.value).toBe("Mine.");

    await user.click(screen.getByRole("button", { name: "Go on with mine" }));
    await vi.waitFor(() => {
      expect(screen.getByLabelText<HTMLInputElement>(/^Name/).value).toBe("Renamed");
    });
    update.mockReturnValueOnce({
      updateAgent: { __typename: "UpdateAgentPayload", agent: { ...stored, revision: 5 } },
    });
    await user.click(screen.getByRole("button", { name: "Save" }));
    await vi.waitFor(() => {
      expect(update).toHaveBeenLastCalledWith({
        input: { id: "a1", expectedRevision: 4, systemPrompt: "Mine." },
      });
    });
  });

  it("asks before what was typed is lost", async () => {
    const router = await renderRoute(routes, "/agents/a1/edit");
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText(/^Name/), " 2");
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await vi.waitFor(() => {
      expect(asked.value?.title).toBe("Discard your changes?");
    });
    asked.value?.answer(false);
    await vi.waitFor(() => {
      expect(router.currentRoute.value.path).toBe("/agents/a1/edit");
    });
    expect(screen.getByLabelText<HTMLInputElement>(/^Name/).value).toBe("Classifier 2");
  });
});

describe("its tasks", () => {
  async function unassign() {
    await renderRoute(routes, "/agents/a1/tasks");
    await userEvent.click(await screen.findByRole("button", { name: "Unassign Ticket" }));
    await userEvent.click(await screen.findByRole("button", { name: "Unassign" }));
    await vi.waitFor(() => {
      expect(screen.queryByRole("link", { name: "Run Ticket" })).toBeNull();
    });
  }

  it("S3: one that is unassigned leaves the list before the server has answered", async () => {
    await unassign();
    assigned = [];
    answerUnassign({
      unassignTask: {
        __typename: "UnassignTaskPayload",
        assignment: { ...assignment, isActive: false },
      },
    });
    expect(await screen.findByText(/^No task yet/)).toBeTruthy();
  });

  it("S3: it comes back where the server refuses, with the reason beside it", async () => {
    await unassign();
    answerUnassign({ unassignTask: { __typename: "NotFoundError", message: "It is gone." } });
    expect(await screen.findByRole("link", { name: "Run Ticket" })).toBeTruthy();
    const item = within(screen.getByRole("list", { name: "Assigned tasks" }));
    expect((await item.findByRole("alert")).textContent).toContain("It is gone.");
  });

  it("proposes the task that was just made for it, wherever it is listed", async () => {
    await renderRoute(routes, "/agents/a1/tasks?task=t9");
    expect(await screen.findByLabelText("Task to assign: Just made")).toBeTruthy();
  });

  it("S1: what stands in the way of assigning is said at the picker", async () => {
    await renderRoute(routes, "/agents/a1/tasks");
    await userEvent.click(await screen.findByLabelText(/^Task to assign/));
    await userEvent.click(await screen.findByRole("option", { name: /Letter/ }));
    await userEvent.click(screen.getByRole("button", { name: "Assign" }));
    expect((await screen.findByRole("alert")).textContent).toBe("Letter is assigned already.");
  });
});
