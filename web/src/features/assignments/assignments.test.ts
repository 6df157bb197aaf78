import { screen, within } from "@testing-library/vue";
import { userEvent } from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { playServer } from "@/testing/client";
import { renderRoute } from "@/testing/render";
import AssignedTasks from "./components/AssignedTasks.vue";

vi.mock("@/lib/viewer", async (original) => ({
  ...(await original<typeof import("@/lib/viewer")>()),
  can: () => true,
}));

const task = { __typename: "Task", name: "Ticket", description: null, revision: 1 };
const assignment = {
  __typename: "Assignment",
  id: "s1",
  agentName: "Classifier",
  taskName: "Ticket",
  isActive: true,
  agent: { __typename: "Agent", id: "a1", name: "Classifier" },
  task: { ...task, id: "t1" },
};
const routes = [
  { path: "/agents/:id/tasks", component: AssignedTasks, props: true },
  { path: "/:path(.*)*", component: { render: () => null } },
];

let assigned: object[];
let answerUnassign: (data: Record<string, unknown>) => void;

beforeEach(() => {
  assigned = [assignment];
  playServer({
    AssignedTasks: () => ({
      agent: {
        __typename: "Agent",
        id: "a1",
        name: "Classifier",
        revision: 3,
        assignments: assigned,
      },
    }),
    AssignableTasks: () => ({
      tasks: { __typename: "TaskConnection", nodes: [{ ...task, id: "t2", name: "Letter" }] },
    }),
    AssignableTask: () => ({ task: { ...task, id: "t9", name: "Just made" } }),
    AgentInstances: () => ({ agentInstances: [] }),
    AssignTask: () => ({
      assignTask: {
        __typename: "AlreadyAssignedError",
        message: "Letter is assigned already.",
      },
    }),
    UnassignTask: () =>
      new Promise((resolve) => {
        answerUnassign = resolve;
      }),
  });
});

describe("the tasks of an agent", () => {
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
