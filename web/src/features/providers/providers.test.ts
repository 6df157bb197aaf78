import { screen } from "@testing-library/vue";
import { userEvent } from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { type ProviderFieldsFragment, WatchProvidersDocument } from "@/gql/graphql";
import { client } from "@/lib/client";
import { type PlayedServer, playServer } from "@/testing/client";
import { renderRoute } from "@/testing/render";
import { routes } from "./routes";

vi.mock("@/lib/viewer", () => ({ can: () => true }));

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
const create = vi.fn<(variables: unknown) => Record<string, unknown>>();

beforeEach(() => {
  stored = [ollama];
  create.mockReset();
  server = playServer({
    Providers: () => page(stored),
    Provider: () => ({ provider: ollama }),
    CreateProvider: create,
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
