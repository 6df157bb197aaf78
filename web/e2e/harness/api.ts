/** The public API, for what a spec needs to be there before a person comes. */
import { inject, vi } from "vitest";
import { origin } from "./browser";
import { MODEL } from "./vendor";

interface Reply {
  data?: Record<string, unknown>;
  errors?: { message: string }[];
}

const headers = {
  "Content-Type": "application/json",
  Authorization: `Bearer ${inject("token")}`,
};

/** The one field that the operation selects; a refusal is thrown. */
export async function ask<Answer>(query: string, variables: object = {}): Promise<Answer> {
  const response = await fetch(`${origin}/graphql`, {
    method: "POST",
    headers,
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as Reply;
  if (errors) throw new Error(errors.map(({ message }) => message).join("; "));
  const [answer] = Object.values(data ?? {});
  const { message } = (answer ?? {}) as { message?: string };
  if (message) throw new Error(message);
  return answer as Answer;
}

interface Made {
  thing: { id: string };
}

async function make(noun: string, selection: string, input: object): Promise<string> {
  const Noun = noun.replace(/^./, (letter) => letter.toUpperCase());
  const [verb, name] =
    noun === "assignment" ? ["assignTask", "AssignTask"] : [`create${Noun}`, `Create${Noun}`];
  const { thing } = await ask<Made>(
    `mutation ($input: ${name}Input!) { ${verb}(input: $input) {
      ... on ${name}Payload { thing: ${noun} { ${selection} } }
      ... on Error { message } } }`,
    { input },
  );
  return thing.id;
}

export const createProvider = (name: string, baseUrl: string): Promise<string> =>
  make("provider", "id", { name, type: "OPENAI_COMPATIBLE", baseUrl });

export const createAgent = (name: string, providerId: string, more: object = {}): Promise<string> =>
  make("agent", "id", { name, providerId, systemPrompt: "Answer.", modelName: MODEL, ...more });

export const createTask = (
  name: string,
  responseSchema: object,
  requestSchema?: object,
): Promise<string> => make("task", "id", { name, responseSchema, requestSchema });

export const assign = (agentId: string, taskId: string): Promise<string> =>
  make("assignment", "id", { agentId, taskId });

export async function runTask(assignmentId: string, input: unknown): Promise<string> {
  const { run } = await ask<{ run: { id: string } }>(
    `mutation ($input: RunTaskInput!) { runTask(input: $input) {
      ... on RunTaskPayload { run { id } } ... on Error { message } } }`,
    { input: { assignmentId, input } },
  );
  return run.id;
}

export interface RunSeen {
  status: string;
  output: unknown;
  lastSequence: number;
  prompt: { system: string; user: string };
  agentRevision: { revision: number };
}

export const seeRun = (id: string): Promise<RunSeen> =>
  ask<RunSeen>(
    `query ($id: ID!) { run(id: $id) {
      status output lastSequence prompt { system user } agentRevision { revision } } }`,
    { id },
  );

/** The run, once it has come that far. */
export async function untilRun(id: string, is: (run: RunSeen) => boolean): Promise<RunSeen> {
  return await vi.waitUntil(
    async () => {
      const run = await seeRun(id);
      return is(run) ? run : null;
    },
    { timeout: 20_000, interval: 100 },
  );
}

export const untilEnd = (id: string): Promise<RunSeen> =>
  untilRun(id, ({ status }) => ["SUCCEEDED", "FAILED", "CANCELLED"].includes(status));

export const CATEGORIES = ["bug", "feature", "question", "discussion"];

export const CLASSIFICATION = {
  type: "object",
  properties: {
    category: { type: "string", enum: CATEGORIES },
    confidence: { type: "number", minimum: 0, maximum: 1 },
    reasoning: { type: "string" },
  },
  required: ["category", "confidence"],
  additionalProperties: false,
};

export const MESSAGE = {
  type: "object",
  properties: { message: { type: "string" } },
  required: ["message"],
  additionalProperties: false,
};
