/** What a mutation will have done, shown before the server has answered, and taken back where it
 * refuses: only what can also be undone by hand, or says no more than that it was asked for. */
import type {
  OptimisticMutationConfig,
  OptimisticMutationResolver,
} from "@urql/exchange-graphcache";

type Input = Record<string, unknown> & { id: string };

/** Schemas go out as exact text, and what is beside them too. */
function inputOf({ input }: Record<string, unknown>): Input {
  return (typeof input === "string" ? JSON.parse(input) : input) as Input;
}

/** What else a change leads to, such as a new check, the server has to say. */
const FORESEEN = ["name", "description", "modelName", "isActive"];

function edited(payload: string, field: string, typename: string): OptimisticMutationResolver {
  return (args) => {
    const input = inputOf(args);
    const foreseen = FORESEEN.filter((name) => input[name] !== undefined);
    const fields = Object.fromEntries(foreseen.map((name) => [name, input[name]]));
    return { __typename: payload, [field]: { __typename: typename, id: input.id, ...fields } };
  };
}

export const optimistic: OptimisticMutationConfig = {
  updateProvider: edited("UpdateProviderPayload", "provider", "Provider"),
  updateAgent: edited("UpdateAgentPayload", "agent", "Agent"),
  updateTask: edited("UpdateTaskPayload", "task", "Task"),
  unassignTask: (args) => {
    const { assignmentId } = args.input as { assignmentId: string };
    const assignment = { __typename: "Assignment", id: assignmentId, isActive: false };
    return { __typename: "UnassignTaskPayload", assignment };
  },
  cancelRun: (args) => {
    const { runId } = args.input as { runId: string };
    const run = { __typename: "Run", id: runId, status: "CANCELLING" };
    return { __typename: "CancelRunPayload", run };
  },
};
