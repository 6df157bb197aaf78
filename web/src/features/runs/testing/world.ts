/** A run and its events, as a played server tells them. */

const SCHEMA = {
  type: "object",
  required: ["category"],
  properties: { category: { type: "string", title: "Category" }, why: { type: "string" } },
};

export function run(id: string, change: Record<string, unknown> = {}) {
  return {
    __typename: "Run",
    id,
    status: "RUNNING",
    agentId: "a1",
    agentName: `Agent ${id}`,
    taskId: "t1",
    taskName: "Classify",
    attempt: 1,
    lastSequence: 2,
    queuedAt: "2026-11-23T09:00:00Z",
    startedAt: "2026-11-23T09:00:01Z",
    finishedAt: null,
    usage: {
      __typename: "Usage",
      requests: 0,
      inputTokens: 0,
      outputTokens: 0,
      cachedTokens: null,
      costUsd: null,
    },
    agentRevision: {
      __typename: "AgentRevision",
      id: "ar1",
      revision: 3,
      modelName: "m",
      providerId: "p1",
      providerName: "Workshop",
    },
    taskRevision: { __typename: "TaskRevision", id: "tr1", revision: 1, responseSchema: SCHEMA },
    assignment: { __typename: "Assignment", id: "s1", isActive: true },
    input: { message: "<b>hello</b>" },
    output: null,
    outputMode: null,
    thoughts: null,
    error: null,
    createdBy: "ada",
    prompt: { __typename: "RunPrompt", system: "Sort it.", user: "hello" },
    agent: null,
    task: { __typename: "Task", id: "t1" },
    ...change,
  };
}

export function event(sequence: number, type: string, change: Record<string, unknown> = {}) {
  return {
    runEvents: { __typename: type, runId: "05", sequence, at: "2026-11-23T09:00:02Z", ...change },
  };
}
export const started = { attempt: 1, worker: "w", modelName: "m", outputMode: null };

/** A request that was answered after 1.5 s, the first token after 200 ms. */
export function request(position: number, change: Record<string, unknown> = {}) {
  return {
    __typename: "RunRequest",
    attempt: 1,
    position,
    messages: [
      { role: "system", content: "Sort it." },
      { role: "user", content: "hello" },
    ],
    outputMode: "ENFORCED",
    schema: SCHEMA,
    text: '{"category": "bug"}',
    issues: [] as object[],
    finishReason: "stop",
    inputTokens: 1200,
    outputTokens: 30,
    cachedTokens: null as number | null,
    thoughts: null as string | null,
    startedAt: "2026-11-23T09:00:01.000Z",
    firstTokenAt: "2026-11-23T09:00:01.200Z",
    finishedAt: "2026-11-23T09:00:02.500Z",
    ...change,
  };
}
