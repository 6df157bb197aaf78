import { screen, within } from "@testing-library/vue";
import { userEvent } from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { client } from "@/lib/client";
import { type PlayedServer, playServer } from "@/testing/client";
import { marked, missingFrom } from "@/testing/fields";
import { renderRoute } from "@/testing/render";
import { type ProviderFieldsFragment, WatchProvidersDocument } from "./gql/graphql";
import { FIELDS } from "./provider-fields";
import { routes } from "./routes";

vi.mock("@/lib/viewer", async (original) => ({
  ...(await original<typeof import("@/lib/viewer")>()),
  can: () => true,
}));

const ollama: ProviderFieldsFragment & { __typename: string } = {
  __typename: "Provider",
  id: "p1",
  name: "Workshop",
  type: "OLLAMA",
  baseUrl: "http://localhost:11434",
  apiKeyHint: null,
  isActive: true,
  revision: 1,
  validationStatus: "VALIDATING",
  validationError: null,
  validationFix: null,
  validatedAt: null,
  models: [],
};

function page(nodes: unknown[]) {
  return {
    providers: {
      __typename: "ProviderConnection",
      nodes,
      pageInfo: { __typename: "PageInfo", hasNextPage: false, endCursor: null },
      totalCount: nodes.length,
    },
  };
}

let server: PlayedServer;
let stored: unknown[];
let answerUpdate: (data: Record<string, unknown>) => void;
const asUpdated = vi.fn<(variables: unknown) => void>();
const create = vi.fn<(variables: unknown) => Record<string, unknown>>();

beforeEach(() => {
  stored = [ollama];
  create.mockReset();
  asUpdated.mockReset();
  server = playServer({
    Providers: () => page(stored),
    Provider: () => ({ provider: { ruledOutModes: [], ...(stored[0] as object) } }),
    CreateProvider: create,
    UpdateProvider: (variables) => {
      asUpdated(variables);
      return new Promise((resolve) => {
        answerUpdate = resolve;
      });
    },
    DeleteProvider: () => ({
      deleteProvider: { __typename: "NotFoundError", message: "Somebody was faster." },
    }),
  });
});

it("says what providers are for where there is none", async () => {
  stored = [];
  await renderRoute(routes, "/providers");
  expect(await screen.findByRole("heading", { name: "No provider yet" })).toBeTruthy();
});

it("shows each provider with how its check stands", async () => {
  await renderRoute(routes, "/providers");
  expect(await screen.findByText("Validating…")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Workshop" })).toBeTruthy();
});

it("follows a check that others asked for, without asking again", async () => {
  await renderRoute(routes, "/providers");
  await screen.findByText("Validating…");
  const before = server.asked.length;
  const watch = client.value.subscription(WatchProvidersDocument, {}).subscribe(() => undefined);
  const provider = { ...ollama, validationStatus: "CONNECTED", models: [] };
  server.push("WatchProviders", {
    providerChanged: {
      __typename: "ProviderChange",
      kind: "VALIDATION_UPDATED",
      id: "p1",
      provider,
    },
  });
  expect(await screen.findByText("Connected")).toBeTruthy();
  expect(server.asked).toHaveLength(before);
  watch.unsubscribe();
});

it("puts what the server refuses at its field, and keeps what was typed", async () => {
  create.mockReturnValue({
    createProvider: { __typename: "NameTakenError", message: "“Workshop” is taken." },
  });
  await renderRoute(routes, "/providers/new");
  const user = userEvent.setup();
  const name = await screen.findByLabelText<HTMLInputElement>(/^Name/);
  await user.type(name, "Workshop");
  await user.type(screen.getByLabelText(/^Address/), "http://localhost:11434");
  await user.click(screen.getByRole("button", { name: "Connect" }));
  await vi.waitFor(() => {
    expect(name.getAttribute("aria-invalid")).toBe("true");
  });
  expect(screen.getAllByText("“Workshop” is taken.")).toHaveLength(2);
  expect(name.value).toBe("Workshop");
  expect(server.asked).toContain("CreateProvider");
});

it("asks the server nothing while something is missing", async () => {
  await renderRoute(routes, "/providers/new");
  await userEvent.click(await screen.findByRole("button", { name: "Connect" }));
  expect(await screen.findByText("Give it a name.")).toBeTruthy();
  expect(create).not.toHaveBeenCalled();
});

it.each([
  ["in the form", "/providers/p1/edit"],
  ["beside the list", "/providers/p1"],
])("each field of the list has its place %s", async (_where, path) => {
  const whole = marked(FIELDS, ollama);
  stored = [whole];
  await renderRoute(routes, path);
  const dialog = await screen.findByRole("dialog", { name: new RegExp(whole.name) });
  await vi.waitFor(() => {
    expect(missingFrom(dialog, FIELDS)).toEqual([]);
  });
});

describe("what a check found", () => {
  const right = "http://localhost:11434/v1";
  const wrong = {
    ...ollama,
    type: "OPENAI_COMPATIBLE",
    validationStatus: "ERROR",
    validationError: `It answers at another address: try ${right}`,
    validationFix: { __typename: "ProbeFix", label: `Use ${right}`, baseUrl: right },
  };

  it("P3: the right address is one press away, and the check runs again", async () => {
    stored = [wrong];
    await renderRoute(routes, "/providers/p1");
    await userEvent.click(await screen.findByRole("button", { name: `Use ${right}` }));
    await vi.waitFor(() => {
      const input = { id: "p1", baseUrl: right, expectedRevision: 1 };
      expect(asUpdated).toHaveBeenCalledWith({ input });
    });
    answerUpdate({
      updateProvider: {
        __typename: "UpdateProviderPayload",
        provider: {
          ...wrong,
          baseUrl: right,
          revision: 2,
          validationStatus: "PENDING",
          validationError: null,
          validationFix: null,
        },
      },
    });
    const dialog = within(await screen.findByRole("dialog", { name: "Workshop" }));
    expect(await dialog.findByText("Waiting for a check")).toBeTruthy();
    expect(dialog.queryByRole("button", { name: `Use ${right}` })).toBeNull();
    expect(dialog.getByText(right)).toBeTruthy();
  });

  it("an address elsewhere, where the key would not go along, is no button", async () => {
    const elsewhere = "http://elsewhere.test/v1";
    stored = [{ ...wrong, validationFix: { ...wrong.validationFix, baseUrl: elsewhere } }];
    await renderRoute(routes, "/providers/p1");
    expect(await screen.findByText(/It answers at another address/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: `Use ${right}` })).toBeNull();
  });

  it("a server that lists nothing says that a name can be typed", async () => {
    stored = [{ ...ollama, validationStatus: "CONNECTED" }];
    await renderRoute(routes, "/providers/p1");
    expect(await screen.findByText(/It lists no models/)).toBeTruthy();
    expect(screen.queryByRole("heading", { name: "Not asked for again" })).toBeNull();
  });

  it("what the server refused is told with its words", async () => {
    const refused = {
      __typename: "RuledOutMode",
      modelName: "qwen3:4b",
      mode: "ENFORCED",
      message: "response_format is not supported",
      ruledOutAt: "2026-01-31T09:00:00Z",
    };
    stored = [{ ...ollama, validationStatus: "CONNECTED", ruledOutModes: [refused] }];
    await renderRoute(routes, "/providers/p1");
    expect(await screen.findByRole("heading", { name: "Not asked for again" })).toBeTruthy();
    expect(screen.getByText("qwen3:4b")).toBeTruthy();
    expect(screen.getByText("Schema enforced")).toBeTruthy();
    expect(screen.getByText("response_format is not supported")).toBeTruthy();
  });
});

describe("what is done from the list", () => {
  async function choose(action: string) {
    await renderRoute(routes, "/providers");
    await userEvent.click(await screen.findByRole("button", { name: "Actions for Workshop" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: action }));
  }

  it("P6: deactivating shows before the server has answered", async () => {
    await choose("Deactivate");
    await userEvent.click(await screen.findByRole("button", { name: "Deactivate" }));
    expect(await screen.findByText("Inactive")).toBeTruthy();
    answerUpdate({
      updateProvider: {
        __typename: "UpdateProviderPayload",
        provider: { ...ollama, isActive: false, revision: 2 },
      },
    });
    await vi.waitFor(() => {
      expect(screen.getByText("Inactive")).toBeTruthy();
    });
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("P6: what the server refuses is taken back, and the reason stands beside it", async () => {
    await choose("Deactivate");
    await userEvent.click(await screen.findByRole("button", { name: "Deactivate" }));
    await screen.findByText("Inactive");
    answerUpdate({
      updateProvider: { __typename: "NotFoundError", message: "Somebody deleted it." },
    });
    const row = within(await screen.findByRole("row", { name: /Workshop/ }));
    await userEvent.click(await row.findByRole("button", { name: "Not deactivated" }));
    expect(await screen.findByText("Somebody deleted it.")).toBeTruthy();
    expect(screen.queryByText("Inactive")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Dismiss" }));
    await vi.waitFor(() => {
      expect(screen.queryByRole("button", { name: "Not deactivated" })).toBeNull();
    });
  });

  it("a deletion that fails leaves the question, with the reason, and can be tried again", async () => {
    await choose("Delete");
    await userEvent.click(await screen.findByRole("button", { name: "Delete provider" }));
    const question = within(await screen.findByRole("dialog", { name: "Delete Workshop?" }));
    expect(await question.findByText("Somebody was faster.")).toBeTruthy();
    await userEvent.click(question.getByRole("button", { name: "Try again" }));
    await vi.waitFor(() => {
      expect(server.asked.filter((name) => name === "DeleteProvider")).toHaveLength(2);
    });
    await userEvent.click(question.getByRole("button", { name: "Cancel" }));
    expect(screen.getByRole("link", { name: "Workshop" })).toBeTruthy();
  });
});
