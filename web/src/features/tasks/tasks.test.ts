import { screen, within } from "@testing-library/vue";
import { userEvent } from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type PlayedServer, playServer } from "@/testing/client";
import { marked, missingFrom } from "@/testing/fields";
import { renderRoute } from "@/testing/render";
import { routes } from "./routes";
import { FIELDS } from "./task-fields";

// Looking for roles in a whole form takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });
vi.mock("@/lib/viewer", async (original) => ({
  ...(await original<typeof import("@/lib/viewer")>()),
  can: () => true,
}));

const task = {
  __typename: "Task",
  id: "t1",
  name: "Classify Message",
  description: "Sorts messages",
  requestSchema: null,
  responseSchema: {
    type: "object",
    properties: {
      category: { type: "string", enum: ["bug", "feature"] },
      confidence: { type: "number", minimum: 0 },
      reasoning: { type: "string", "x-kept": true },
    },
    required: ["category"],
  },
  revision: 3,
  updatedAt: "2026-11-23T08:00:00Z",
  assignments: [],
};

const agents = { path: "/agents/:id", component: { render: () => null } };

type Schema = Record<string, unknown>;
interface Sent {
  name?: string;
  expectedRevision?: number;
  responseSchema?: Schema;
}

let server: PlayedServer;
let stored: unknown[];
let notes: string[];
const create = vi.fn<(input: Sent) => unknown>();
const update = vi.fn<(input: Sent) => unknown>();
const checkSchema = vi.fn<(schema: Schema) => unknown>();

// The client gets to see exact JSON text in place of what is sent.
function read(text: unknown): never {
  return JSON.parse(text as string) as never;
}

beforeEach(() => {
  stored = [task];
  notes = [];
  for (const mock of [create, update, checkSchema]) mock.mockReset();
  checkSchema.mockReturnValue([]);
  server = playServer({
    Tasks: () => ({
      tasks: {
        __typename: "TaskConnection",
        nodes: stored,
        pageInfo: { __typename: "PageInfo", hasNextPage: false, endCursor: null },
        totalCount: stored.length,
      },
    }),
    Task: () => ({ task: stored[0] }),
    CheckSchema: ({ schema }) => {
      const issues = checkSchema(read(schema)) as object[];
      return {
        checkSchema: {
          __typename: "SchemaCheck",
          isValid: !issues.length,
          issues: issues.map((issue) => ({ __typename: "Issue", ...issue })),
          notes: notes.map((message) => ({ __typename: "Issue", path: [], message })),
        },
      };
    },
    CreateTask: ({ input }) => ({ createTask: create(read(input)) }),
    UpdateTask: ({ input }) => ({ updateTask: update(read(input)) }),
    DeleteTask: () => ({
      deleteTask: {
        __typename: "TaskInUseError",
        message: "Agents are still assigned.",
        agents: [{ __typename: "Agent", id: "a1", name: "Ada" }],
      },
    }),
  });
});

function card(name: string) {
  return within(screen.getByRole("listitem", { name }));
}

async function namesOf(): Promise<string[]> {
  const list = await screen.findByRole("list", { name: "Response" });
  return within(list)
    .getAllByRole<HTMLInputElement>("textbox", { name: "Name" })
    .map(({ value }) => value);
}

describe("the list", () => {
  it("says what tasks are for where there is none", async () => {
    stored = [];
    await renderRoute([...routes, agents], "/tasks");
    expect(await screen.findByRole("heading", { name: "No task yet" })).toBeTruthy();
  });

  it("shows each with the fields of its response", async () => {
    await renderRoute([...routes, agents], "/tasks");
    expect(await screen.findByText("category, confidence?, reasoning?")).toBeTruthy();
    expect(screen.getByText("No agent")).toBeTruthy();
  });

  it("T4: names the agents that a task is assigned to instead of deleting it", async () => {
    await renderRoute([...routes, agents], "/tasks");
    const user = userEvent.setup({ delay: null });
    await user.click(await screen.findByRole("button", { name: "Actions for Classify Message" }));
    const { asked } = await import("@/ui/confirm");
    await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
    await vi.waitFor(() => {
      expect(asked.value).not.toBeNull();
    });
    asked.value?.answer(true);
    expect(await screen.findByRole("link", { name: "Ada" })).toBeTruthy();
  });
});

describe("each field of the list", () => {
  it.each([
    ["in the form", "/tasks/t1/edit"],
    ["beside the list", "/tasks/t1"],
  ])("has its place %s", async (_where, path) => {
    const whole = marked(FIELDS, { ...task, requestSchema: task.responseSchema });
    stored = [whole];
    await renderRoute([...routes, agents], path);
    const dialog = await screen.findByRole("dialog", { name: new RegExp(whole.name) });
    await vi.waitFor(() => {
      expect(missingFrom(dialog, FIELDS)).toEqual([]);
    });
  });
});

describe("the schema builder", () => {
  it("builds a schema from cards, and it is created in the order of the cards", async () => {
    create.mockImplementation(({ name, responseSchema }) => ({
      __typename: "CreateTaskPayload",
      task: { ...task, id: "t2", name, responseSchema, description: null },
    }));
    const router = await renderRoute([...routes, agents], "/tasks/new");
    const user = userEvent.setup({ delay: null });
    const name = await screen.findByLabelText(/^Name/, { selector: "input[name=name]" });
    await user.type(name, "Extract");
    await user.click(screen.getByRole("button", { name: "Add the first field" }));
    await user.keyboard("zulu{Enter}");
    await user.keyboard("alpha");
    await user.click(card("alpha").getByRole("checkbox", { name: /required/ }));
    await user.click(screen.getByRole("button", { name: "Open zulu" }));
    await user.type(card("zulu").getByLabelText("Min characters"), "2");
    await user.type(card("zulu").getByLabelText("Description"), "Words");
    await user.click(screen.getByRole("button", { name: "Create task" }));
    await vi.waitFor(() => {
      expect(router.currentRoute.value.path).toBe("/tasks/t2");
    });
    expect(JSON.stringify(create.mock.lastCall?.[0])).toBe(
      '{"name":"Extract","responseSchema":{"type":"object","properties":{"zulu":{"type":"string",' +
        '"description":"Words","minLength":2},"alpha":{"type":"string"}},"required":["zulu"]}}',
    );
  });

  it("keeps what no card knows, and sends nothing that was not touched", async () => {
    update.mockReturnValue({ __typename: "UpdateTaskPayload", task: { ...task, revision: 4 } });
    await renderRoute([...routes, agents], "/tasks/t1/edit");
    const user = userEvent.setup({ delay: null });
    await user.click(await screen.findByRole("button", { name: "Open reasoning" }));
    expect(card("reasoning").getByRole("button", { name: "x-kept" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Save" }));
    await vi.waitFor(() => {
      expect(update).toHaveBeenCalledWith({ id: "t1", expectedRevision: 3 });
    });
  });

  it("moves a card by the arrow keys, keeps the focus and tells the place", async () => {
    await renderRoute([...routes, agents], "/tasks/t1/edit");
    const user = userEvent.setup({ delay: null });
    const handle = await screen.findByRole("button", { name: /^Move category/ });
    handle.focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(await namesOf()).toEqual(["confidence", "reasoning", "category"]);
    expect(document.activeElement).toBe(handle);
    expect(screen.getByText("category is at place 3 of 3 now.")).toBeTruthy();
  });

  it("removes a card and puts it back", async () => {
    await renderRoute([...routes, agents], "/tasks/t1/edit");
    const user = userEvent.setup({ delay: null });
    await user.click(await screen.findByRole("button", { name: "Actions for category" }));
    await user.click(await screen.findByRole("menuitem", { name: "Remove" }));
    expect(await namesOf()).toEqual(["confidence", "reasoning"]);
    await user.click(screen.getByRole("button", { name: "Undo" }));
    expect(await namesOf()).toEqual(["category", "confidence", "reasoning"]);
    expect(card("category").getByRole("checkbox").getAttribute("aria-checked")).toBe("true");
  });

  it("shows a problem at the field of the card that it is about, while typing", async () => {
    checkSchema.mockImplementation((schema) =>
      JSON.stringify(schema).includes('"pattern":"("')
        ? [{ path: ["properties", "reasoning", "pattern"], message: "No regular expression." }]
        : [],
    );
    await renderRoute([...routes, agents], "/tasks/t1/edit");
    const user = userEvent.setup({ delay: null });
    await user.click(await screen.findByRole("button", { name: "Open reasoning" }));
    const pattern = card("reasoning").getByLabelText("Pattern");
    await user.type(pattern, "(");
    expect(await card("reasoning").findByText("No regular expression.")).toBeTruthy();
    expect(pattern.getAttribute("aria-invalid")).toBe("true");
    await user.clear(pattern);
    await vi.waitFor(() => {
      expect(pattern.getAttribute("aria-invalid")).not.toBe("true");
    });
  });

  it("offers to put a list into an object, and tells quietly what a schema is taken to mean", async () => {
    stored = [{ ...task, responseSchema: { type: "array", items: { type: "string" } } }];
    checkSchema.mockImplementation(({ type }) =>
      type === "object" ? [] : [{ path: ["type"], message: "Outputs are objects." }],
    );
    notes = ["It is taken to be an object."];
    await renderRoute([...routes, agents], "/tasks/t1/edit");
    const user = userEvent.setup({ delay: null });
    const wrap = await screen.findByRole("button", { name: /^Wrap it as/ });
    await user.click(wrap);
    expect(await namesOf()).toEqual(["items"]);
    expect(screen.queryByRole("button", { name: /^Wrap it as/ })).toBeNull();
    expect((await screen.findAllByText("It is taken to be an object.")).length).toBe(1);
    expect(screen.getByText("Valid")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Undo" }));
    expect(await screen.findByRole("button", { name: /^Wrap it as/ })).toBeTruthy();
  });

  it("says that a name is there twice, and does not save", async () => {
    await renderRoute([...routes, agents], "/tasks/t1/edit");
    const user = userEvent.setup({ delay: null });
    await screen.findByRole("button", { name: "Open reasoning" });
    const name = card("reasoning").getByRole("textbox", { name: "Name" });
    await user.clear(name);
    await user.type(name, "category");
    expect(screen.getByText("Another field here is named “category” already.")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Not saved")).toBeTruthy();
    expect(server.asked).not.toContain("UpdateTask");
  });

  it("starts from an example, and that can be taken back", async () => {
    await renderRoute([...routes, agents], "/tasks/t1/edit");
    const user = userEvent.setup({ delay: null });
    await user.click(await screen.findByRole("button", { name: "Start from JSON" }));
    await user.click(await screen.findByLabelText("JSON"));
    await user.paste('{"sku": "a", "n": 1}');
    await user.click(screen.getByRole("button", { name: "Use it" }));
    expect(await namesOf()).toEqual(["sku", "n"]);
    await user.click(screen.getByRole("button", { name: "Undo" }));
    expect(await namesOf()).toEqual(["category", "confidence", "reasoning"]);
  });
});

describe("a refused save", () => {
  it("shows the server's issue on its card, keeps what was typed, and opens the card", async () => {
    update.mockReturnValue({
      __typename: "InvalidInputError",
      message: "The input breaks a rule.",
      issues: [
        {
          __typename: "Issue",
          path: ["responseSchema", "properties", "confidence", "minimum"],
          message: "Not so.",
        },
      ],
    });
    await renderRoute([...routes, agents], "/tasks/t1/edit");
    const user = userEvent.setup({ delay: null });
    const name = await screen.findByLabelText<HTMLInputElement>(/^Name/, {
      selector: "input[name=name]",
    });
    await user.type(name, " 2");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await card("confidence").findByText("Not so.")).toBeTruthy();
    expect(name.value).toBe("Classify Message 2");
  });

  it("shows both versions when somebody else saved first", async () => {
    update.mockReturnValue({
      __typename: "StaleRevisionError",
      message: "It changed.",
      currentRevision: 4,
    });
    await renderRoute([...routes, agents], "/tasks/t1/edit");
    const user = userEvent.setup({ delay: null });
    const name = await screen.findByLabelText(/^Name/, { selector: "input[name=name]" });
    await user.type(name, " mine");
    await user.click(screen.getByRole("button", { name: "Save" }));
    const conflict = within(await screen.findByRole("alert"));
    expect(conflict.getByText("Classify Message")).toBeTruthy();
    expect(conflict.getByText("Classify Message mine")).toBeTruthy();
  });
});
