/** The browser of the specs: signed in through a link, watched for what a page must not do. */
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
  chromium,
} from "playwright-core";
import { afterAll, inject } from "vitest";
import { findChromium } from "./chromium";
import { runRota } from "./server";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let running: Promise<Browser> | undefined;

async function browser(): Promise<Browser> {
  running ??= chromium.launch({ executablePath: findChromium(), args: FLAGS });
  return await running;
}

afterAll(async () => {
  await (await running)?.close();
});

export const origin = inject("origin");

export async function signInLink(...options: string[]): Promise<string> {
  const answer = await runRota(inject("dataDir"), "open", "--json", ...options);
  return (JSON.parse(answer) as { url: string }).url;
}

export interface Visit {
  page: Page;
  /** Refused by the policy, asked of another host, or thrown by a script. */
  problems: string[];
}

async function open(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  return await (
    await browser()
  ).newContext({
    viewport: { width: 1280, height: 800 },
    // Nobody has to wait for a drawer to slide.
    reducedMotion: "reduce",
    ...options,
  });
}

async function visit(context: BrowserContext): Promise<Visit> {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  await page.exposeFunction("reportProblem", (text: string) => problems.push(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const place = `${event.sourceFile}:${event.lineNumber}`;
      const text = `policy: ${event.effectiveDirective} ${event.blockedURI} ${place}`;
      (window as unknown as { reportProblem: (text: string) => void }).reportProblem(text);
    });
  });
  page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol.startsWith("http") && asked !== origin) problems.push(`request: ${request.url()}`);
  });
  return { page, problems };
}

/** A browser that nobody has signed in. */
export async function visitAsStranger(): Promise<Visit> {
  return await visit(await open());
}

function signedInState(): BrowserContextOptions["storageState"] {
  const { cookie, half } = inject("signedIn");
  const { hostname: domain } = new URL(origin);
  const kept = {
    path: "/",
    expires: -1,
    httpOnly: true,
    secure: false,
    sameSite: "Strict",
  } as const;
  return {
    cookies: [{ ...cookie, ...kept, domain }],
    origins: [{ origin, localStorage: [{ name: "rota.session", value: half }] }],
  };
}

let owners: Promise<BrowserContext> | undefined;

/** A page of its own, signed in as owner, at the given path. All of a spec share what the browser
 * keeps: the app need not be fetched anew for each. */
export async function visitAsOwner(path: string): Promise<Visit> {
  owners ??= open({ storageState: signedInState() });
  const seen = await visit(await owners);
  await seen.page.goto(origin + path);
  return seen;
}
