import { screen, within } from "@testing-library/vue";
import { userEvent } from "@testing-library/user-event";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { PlayedServer } from "@/testing/client";
import { renderRoute } from "@/testing/render";
import { routes } from "./routes";
import { agent, assignment, none, playAgents, provider, world } from "./testing/world";

vi.mock("@/lib/viewer", async (original) => ({
  ...(await original<typeof import("@/lib/viewer")>()),
  can: () => true,
}));

let server: PlayedServer;

// Screens are loaded when they are first shown; that is not what a test's time is for.
beforeAll(async () => {
  await import("./components/AgentsPage.vue");
}, 60_000);

beforeEach(() => {
  localStorage.clear();
  server = playAgents({});
});

describe("the list", () => {
  it("says what agents are for where there is none", async () => {
    world.listed = [];
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
      world.hasRun = false;
      world.listed = [{ ...agent, assignments: [assignment], runCounts: none }];
    });

    it("F1: is offered until something has run", async () => {
      await renderRoute(routes, "/agents");
      expect(await screen.findByText(/Classifier is ready/)).toBeTruthy();
      expect(screen.getByRole("link", { name: "Run Ticket" })).toBeTruthy();
    });

    it("does not say that it is ready where its provider cannot be used, and says why", async () => {
      const why = "Nobody listens there.";
      world.sampleProvider = {
        ...provider,
        validationStatus: "ERROR",
        validationError: why as never,
      };
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
