/** A server that speaks OpenAI's API and answers what a spec tells it, as slowly as the spec wants. */
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";

export const MODEL = "double-1";

/** Holds an answer before its last piece until it is opened. */
export class Gate {
  private open_: () => void = () => undefined;
  private arrive: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => (this.open_ = resolve));
  /** An answer stands before the gate. */
  readonly held = new Promise<void>((resolve) => (this.arrive = resolve));

  open(): void {
    this.open_();
  }

  async pass(): Promise<void> {
    this.arrive();
    await this.opened;
  }
}

export interface Answer {
  pieces: string[];
  gate?: Gate;
  /** What it thinks before it answers. */
  thoughts?: string;
  /** Instead of an answer: what the vendor says is wrong. */
  trouble?: { status: number; message: string };
}

export interface Asked {
  system: string;
  user: string;
}

export interface Vendor {
  address: string;
  asked: Asked[];
  /** The next request gets this; when nothing is left to say, `otherwise`. */
  says: (...answers: Answer[]) => void;
  stop: () => void;
}

interface ChatRequest {
  messages: { role: string; content: string }[];
}

/** What Rota puts behind a system prompt, with the schema. */
const SHOWN = "\n\nAnswer with one JSON object";

/** One piece for each few characters, as models write. */
export function answer(value: unknown, gate?: Gate): Answer {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const pieces = text.match(/[^]{1,12}/gu) ?? [text];
  return gate ? { pieces, gate } : { pieces };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function stream({ pieces, gate, thoughts }: Answer, response: ServerResponse): Promise<void> {
  const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: MODEL };
  const send = (body: object) =>
    response.write(`data: ${JSON.stringify({ ...head, usage: null, ...body })}\n\n`);
  const delta = (content: object, finish_reason: string | null = null) =>
    send({ choices: [{ index: 0, delta: content, finish_reason }] });

  response.writeHead(200, { "Content-Type": "text/event-stream" });
  delta({ role: "assistant", content: "" });
  if (thoughts) delta({ reasoning_content: thoughts });
  for (const content of pieces.slice(0, -1)) delta({ content });
  await gate?.pass();
  delta({ content: pieces.at(-1) ?? "" });
  delta({}, "stop");
  const usage = { prompt_tokens: 20, completion_tokens: pieces.length };
  send({ choices: [], usage: { ...usage, total_tokens: 20 + pieces.length } });
  response.end("data: [DONE]\n\n");
}

export async function startVendor(otherwise: Answer): Promise<Vendor> {
  const asked: Asked[] = [];
  const answers: Answer[] = [];

  async function chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { messages } = JSON.parse(await read(request)) as ChatRequest;
    const said = (role: string) =>
      messages.findLast((message) => message.role === role)?.content ?? "";
    const [system = ""] = said("system").split(SHOWN);
    asked.push({ system, user: said("user") });
    const next = answers.shift() ?? otherwise;
    if (!next.trouble) {
      await stream(next, response);
      return;
    }
    response.writeHead(next.trouble.status, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ error: { message: next.trouble.message, code: null } }));
  }

  const server = createServer((request, response) => {
    if (request.url === "/v1/models") {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ object: "list", data: [{ id: MODEL, object: "model" }] }));
    } else if (request.url === "/v1/chat/completions") {
      void chat(request, response);
    } else {
      response.writeHead(404).end("{}");
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("The double has no port.");
  return {
    address: `http://127.0.0.1:${bound.port}/v1`,
    asked,
    says: (...more) => answers.push(...more),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
