/** A played server with one agent, its task and its providers; a test changes what it holds. */
import { type PlayedServer, playServer } from "@/testing/client";
import { unset } from "./unset";

const pageInfo = { __typename: "PageInfo", hasNextPage: false, endCursor: null };
export const provider = {
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
  validationFix: null,
  validatedAt: null,
  models: [{ __typename: "ProviderModel", name: "qwen3:4b" }],
  ruledOutModes: [],
};
const retired = { ...provider, id: "p2", name: "Retired", isActive: false };
const far = { ...provider, id: "p9", name: "Far away", models: [] };
export const agent = {
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
  modelSettings: { __typename: "ModelSettings", ...unset },
};
export const assignment = {
  __typename: "Assignment",
  id: "s1",
  agentName: "Classifier",
  taskName: "Ticket",
  isActive: true,
  agent: { __typename: "Agent", id: "a1", name: "Classifier" },
  task: {
    __typename: "Task",
    id: "t1",
    name: "Ticket",
    requestSchema: { type: "object", properties: { title: { type: "string" } } },
  },
};
export const counts = {
  __typename: "RunCounts",
  queued: 1,
  running: 2,
  succeeded: 7,
  failed: 1,
  cancelled: 0,
};
export const none = { ...counts, queued: 0, running: 0, succeeded: 0, failed: 0 };

function began() {
  return {
    listed: [{ ...agent, assignments: [assignment], runCounts: counts }] as object[],
    stored: agent,
    assigned: [assignment] as object[],
    hasRun: true,
    sampleProvider: provider,
  };
}

/** What the server holds now. */
export let world = began();

export function playAgents(mutations: Parameters<typeof playServer>[0]): PlayedServer {
  world = began();
  return playServer({
    Agents: () => ({
      agents: {
        __typename: "AgentConnection",
        nodes: world.listed,
        pageInfo,
        totalCount: world.listed.length,
      },
    }),
    Agent: () => {
      const owner = { ...assignment.agent, name: world.stored.name };
      return {
        agent: {
          ...world.stored,
          assignments: world.assigned.map((one) => ({ ...one, agent: owner })),
        },
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
        nodes: world.hasRun ? [{ __typename: "Run", id: "r1" }] : [],
      },
      assignments: {
        __typename: "AssignmentConnection",
        nodes: [{ ...assignment, agent: { ...assignment.agent, provider: world.sampleProvider } }],
      },
    }),
    ...mutations,
  });
}
