/** The session: one half in a cookie, one half kept here, and every refusal put in words. */

const KEY = "rota.session";

export interface Viewer {
  name: string;
  role: string;
}

export type Credential = { code: string } | { token: string };

/** Its message is written for the person at the page. */
export class Refusal extends Error {}

interface Answer {
  half?: string;
  data?: { viewer?: Viewer } | null;
  errors?: { extensions?: { code?: string } }[];
}

export function storedHalf(): string | null {
  return localStorage.getItem(KEY);
}

export function forgetHalf(): void {
  localStorage.removeItem(KEY);
}

export function sessionHeaders(): Record<string, string> {
  const half = storedHalf();
  return half ? { "X-Rota-Session": half } : {};
}

/** Clears the code out of the address before it is used, so that no history keeps it. */
export function takeCode(): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code) history.replaceState(null, "", location.pathname + location.search);
  return code;
}

export async function signIn(credential: Credential): Promise<void> {
  const response = await send("/session", "POST", credential);
  const { half } = await read(response);
  if (response.ok && half) {
    localStorage.setItem(KEY, half);
    return;
  }
  if (response.status >= 400 && response.status < 500) {
    throw refusal(response, "code" in credential ? SPENT_LINK : UNKNOWN_TOKEN);
  }
  throw refusal(response);
}

/** This browser forgets the session even when the server cannot be told. */
export async function signOut(): Promise<void> {
  const request = send("/session", "DELETE");
  localStorage.removeItem(KEY);
  const response = await request;
  if (!response.ok && response.status !== 401) throw refusal(response);
}

/** Null when nobody is signed in, or no longer. */
export async function fetchViewer(): Promise<Viewer | null> {
  const half = storedHalf();
  if (!half) return null;
  const response = await send("/graphql", "POST", { query: "{ viewer { name role } }" });
  const { data, errors } = await read(response);
  if (data?.viewer) return data.viewer;
  const code = errors?.[0]?.extensions?.code;
  if (response.status === 401 || code === "UNAUTHENTICATED") {
    // Another tab may have signed in anew meanwhile.
    if (storedHalf() === half) localStorage.removeItem(KEY);
    return null;
  }
  throw code === "RATE_LIMITED" ? new Refusal(tooMany(response)) : refusal(response);
}

async function send(path: string, method: string, body?: unknown): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      cache: "no-store",
      headers: { ...sessionHeaders(), ...(body ? { "Content-Type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } catch {
    throw new Refusal(
      "Rota does not answer. Check that “rota up” is still running, then reload this page.",
    );
  }
}

async function read(response: Response): Promise<Answer> {
  try {
    return ((await response.json()) as Answer | null) ?? {};
  } catch {
    return {};
  }
}

const SPENT_LINK =
  "This link no longer signs you in: a link works once, within 10 minutes. Run “rota open” for a new one.";
const UNKNOWN_TOKEN =
  "Rota does not accept this token: it is mistyped, expired or revoked. Check that you copied all of it.";

function refusal(response: Response, otherwise?: string): Refusal {
  if (response.status === 429) return new Refusal(tooMany(response));
  if (response.status === 403) {
    return new Refusal(
      "Rota refuses requests from this address. Use the address that “rota up” printed, or set ROTA_PUBLIC_ORIGIN to the one you use.",
    );
  }
  return new Refusal(
    otherwise ??
      `Rota could not answer (status ${String(response.status)}). Run “rota doctor” to see what is wrong.`,
  );
}

function tooMany(response: Response): string {
  const seconds = Number(response.headers.get("Retry-After"));
  const wait = seconds > 0 ? `${String(seconds)} seconds` : "a minute";
  return `Too many tries in a short time. Wait ${wait}, then try again.`;
}
