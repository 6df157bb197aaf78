import { configure, screen } from "@testing-library/vue";
import { userEvent } from "@testing-library/user-event";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { marked, missingFrom } from "@/testing/fields";
import { renderRoute } from "@/testing/render";
import { asked } from "@/ui/confirm";
import { FIELDS } from "../agent-fields";
import { routes } from "../routes";
import { unset } from "../testing/unset";
import { agent, playAgents, world } from "../testing/world";

vi.mock("@/lib/viewer", async (original) => ({
  ...(await original<typeof import("@/lib/viewer")>()),
  can: () => true,
}));

const create = vi.fn<(variables: Record<string, unknown>) => Record<string, unknown>>();
const update = vi.fn<(variables: Record<string, unknown>) => Record<string, unknown>>();

// A machine that is busy is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

beforeAll(async () => {
  await Promise.all([import("./AgentsPage.vue"), import("./AgentForm.vue")]);
}, 60_000);

beforeEach(() => {
  create.mockReset();
  update.mockReset();
  asked.value = null;
  playAgents({ CreateAgent: create, UpdateAgent: update });
});

it.each([
  ["in the form", "/agents/a1/edit"],
  ["beside the list", "/agents/a1"],
])("each field of the list has its place %s", async (_where, path) => {
  world.stored = marked(FIELDS, agent);
  await renderRoute(routes, path);
  const dialog = await screen.findByRole("dialog", { name: new RegExp(world.stored.name) });
  await vi.waitFor(() => {
    expect(missingFrom(dialog, FIELDS)).toEqual([]);
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

  describe("more settings", () => {
    const folded = () => screen.findByRole("button", { name: "More settings" });
    const withSettings = (settings: object) => ({
      ...agent,
      modelSettings: { __typename: "ModelSettings", ...unset, ...settings },
    });

    it("stay folded while none of them is set", async () => {
      world.stored = withSettings({ temperature: 1 });
      await renderRoute(routes, "/agents/a1/edit");
      expect((await folded()).getAttribute("aria-expanded")).toBe("false");
      expect(screen.queryByLabelText("Seed")).toBeNull();
      await userEvent.click(await folded());
      expect(screen.getByLabelText("Seed").getAttribute("placeholder")).toBe("None (default)");
    });

    it.each([{ seed: 0 }, { confidence: true }, { outputMode: "SHOWN" }, { extra: {} }])(
      "are open where one is: %o",
      async (settings) => {
        world.stored = withSettings(settings);
        await renderRoute(routes, "/agents/a1/edit");
        expect((await folded()).getAttribute("aria-expanded")).toBe("true");
      },
    );

    it("say what a mode does, and send what was chosen", async () => {
      update.mockReturnValue({ updateAgent: { __typename: "UpdateAgentPayload", agent } });
      await renderRoute(routes, "/agents/a1/edit");
      const user = userEvent.setup();
      await user.click(await folded());
      await user.click(screen.getByRole("combobox", { name: /^Output mode/ }));
      const option = await screen.findByRole("option", { name: /^Tool call/ });
      expect(option.textContent).toContain("calls a tool whose parameters are the schema");
      await user.click(option);
      await user.type(screen.getByLabelText(/^Stop at/), "END{enter}\\n\\n");
      await user.click(screen.getByLabelText(/^Ask for token probabilities/));
      await user.type(screen.getByLabelText(/^Extra/), '{{"top_k": 40}');
      await user.click(screen.getByRole("button", { name: "Save" }));
      await vi.waitFor(() => {
        expect(update).toHaveBeenCalledWith({
          input: {
            id: "a1",
            expectedRevision: 3,
            modelSettings: {
              outputMode: "TOOL",
              stop: ["END", "\n\n"],
              confidence: true,
              extra: { top_k: 40 },
            },
          },
        });
      });
    });

    it("open for what is wrong, and lead to it", async () => {
      update.mockReturnValue({
        updateAgent: {
          __typename: "InvalidInputError",
          message: "The input breaks a rule.",
          issues: [
            ["extra", "messages"],
            ["extra", "more", "api_key"],
            ["stop", "1"],
          ].map((path) => ({
            __typename: "Issue",
            path: ["modelSettings", ...path],
            message: "Leave it out.",
          })),
        },
      });
      await renderRoute(routes, "/agents/a1/edit");
      const user = userEvent.setup();
      await user.type(await screen.findByLabelText(/^Temperature/), "1");
      await user.click(screen.getByRole("button", { name: "Save" }));
      const extra = await screen.findByLabelText(/^Extra/);
      expect(extra.getAttribute("aria-invalid")).toBe("true");
      expect(screen.getByText(/messages: Leave it out\. more\.api_key: Leave/)).toBeTruthy();
      expect(screen.getByText("Text 2: Leave it out.")).toBeTruthy();
      await vi.waitFor(() => {
        expect(document.activeElement).toBe(screen.getByLabelText(/^Stop at/));
      });
    });

    it("are kept from the server while the extra is no JSON", async () => {
      await renderRoute(routes, "/agents/a1/edit");
      const user = userEvent.setup();
      await user.click(await folded());
      await user.type(screen.getByLabelText(/^Extra/), '{{"a": 1,}');
      await user.click(screen.getByRole("button", { name: "Save" }));
      expect(await screen.findByText(/^Line 1, column 9: A name in/)).toBeTruthy();
      expect(update).not.toHaveBeenCalled();
    });

    it("show in the drawer where they are set, in words", async () => {
      world.stored = withSettings({ outputMode: "SHOWN", stop: ["\n"], extra: { top_k: 40 } });
      await renderRoute(routes, "/agents/a1");
      expect(await screen.findByText("Schema shown")).toBeTruthy();
      expect(screen.getByText("\\n")).toBeTruthy();
      expect(screen.getByText(/"top_k": 40/)).toBeTruthy();
      expect(screen.queryByText("Seed")).toBeNull();
    });
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
      world.stored = { ...agent, revision: 4, systemPrompt: "Theirs.", name: "Renamed" };
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
      updateAgent: { __typename: "UpdateAgentPayload", agent: { ...world.stored, revision: 5 } },
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
