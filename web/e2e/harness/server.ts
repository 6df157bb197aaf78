/** Starts a whole Rota of its own for the specs, and stops it. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    origin: string;
    dataDir: string;
    /** The process id of `rota up`. */
    pid: number;
    /** An owner's, for the API. */
    token: string;
    /** An owner's browser that is signed in: sign-ins are limited, and specs are many. */
    signedIn: SignedIn;
  }
}

export interface SignedIn {
  cookie: { name: string; value: string };
  half: string;
}

const root = fileURLToPath(new URL("../../..", import.meta.url));
const bin = join(root, ".venv/bin");
const READY_TIMEOUT_MS = 90_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  return address.port;
}

/** Arguments such as `["open"]`: the command's standard output. */
export async function runRota(dataDir: string, ...args: string[]): Promise<string> {
  const given = [...args, "--data-dir", dataDir];
  const { stdout } = await promisify(execFile)(join(bin, "rota"), given, { cwd: root });
  return stdout;
}

/** There are this many more runs like the given one. */
export async function copyRun(dataDir: string, id: string, count: number): Promise<void> {
  const script = fileURLToPath(new URL("fill.py", import.meta.url));
  await promisify(execFile)(join(bin, "python"), [script, dataDir, id, String(count)]);
}

/** The API's process under `rota up`, which starts another one when it ends. */
export async function apiProcess(rotaUp: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,args="]);
  for (const line of stdout.split("\n")) {
    const [, pid, parent, command] = /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? [];
    if (Number(parent) === rotaUp && command?.endsWith("rota.cli.child serve")) return Number(pid);
  }
  throw new Error("The API's process is not there.");
}

export async function startRota(
  dataDir: string,
  port: number,
  ...more: string[]
): Promise<ChildProcess> {
  const options = ["--data-dir", dataDir, "--port", String(port), "--no-browser", ...more];
  const server = spawn(join(bin, "rota"), ["up", ...options], { cwd: root });
  let said = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream.on("data", (text: Buffer) => (said = (said + text.toString()).slice(-4000)));
  }
  const until = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < until) {
    if (server.exitCode !== null) throw new Error(`rota up ended at once:\n${said}`);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (answer?.ok) return server;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  server.kill("SIGTERM");
  throw new Error(`rota up was not ready in time:\n${said}`);
}

export async function stopRota(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  server.kill("SIGTERM");
  await once(server, "exit");
}

async function signIn(origin: string, token: string): Promise<SignedIn> {
  const response = await fetch(`${origin}/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  const { half } = (await response.json()) as { half: string };
  const [name = "", value = ""] = (response.headers.get("set-cookie") ?? "").split(/[=;]/);
  return { cookie: { name, value }, half };
}

async function setUp(project: TestProject, ...options: string[]): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), "rota-e2e-"));
  const port = await freePort();
  const server = await startRota(dataDir, port, ...options);
  const origin = `http://127.0.0.1:${port}`;
  const made = await runRota(dataDir, "token", "create", "--name", "Ada", "--role", "OWNER");
  const token = made.trim();
  project.provide("origin", origin);
  project.provide("token", token);
  project.provide("signedIn", await signIn(origin, token));
  project.provide("dataDir", dataDir);
  project.provide("pid", server.pid ?? 0);
  return async () => {
    await stopRota(server);
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** With the demo model, if the project is called so. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  return await setUp(project, ...(project.name === "demo model" ? [] : ["--no-local-model"]));
}
