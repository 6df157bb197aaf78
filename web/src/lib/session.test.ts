import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refusal, fetchViewer, signIn, signOut, storedHalf, takeCode } from "./session";

const server = vi.fn<typeof fetch>();

function answer(status: number, body: unknown, headers: Record<string, string> = {}): void {
  server.mockResolvedValueOnce(new Response(JSON.stringify(body), { status, headers }));
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Refusal);
  return (error as Refusal).message;
}

beforeEach(() => {
  vi.stubGlobal("fetch", server);
});

afterEach(() => {
  server.mockReset();
  localStorage.clear();
  location.hash = "";
});

describe("the code in the address", () => {
  it("is taken once and leaves the address", () => {
    location.hash = "#code=abc-123";
    expect(takeCode()).toBe("abc-123");
    expect(location.hash).toBe("");
    expect(takeCode()).toBeNull();
  });

  it("leaves any other fragment alone", () => {
    location.hash = "#help";
    expect(takeCode()).toBeNull();
    expect(location.hash).toBe("#help");
  });
});

describe("signing in", () => {
  it("trades the code for a half and keeps it", async () => {
    answer(200, { half: "h1" });
    await signIn({ code: "abc" });
    expect(storedHalf()).toBe("h1");
    expect(server).toHaveBeenCalledWith(
      "/session",
      expect.objectContaining({ method: "POST", body: '{"code":"abc"}' }),
    );
  });

  it.each([
    [{ code: "used" }, 401, /rota open/],
    [{ token: "wrong" }, 401, /token/],
    [{ token: "wrong" }, 403, /ROTA_PUBLIC_ORIGIN/],
    [{ code: "any" }, 429, /Wait a minute/],
    [{ code: "any" }, 503, /503.*rota doctor/],
  ])("puts the refusal of %o with %i in words", async (credential, status, words) => {
    answer(status, {});
    expect(await messageOf(signIn(credential))).toMatch(words);
    expect(storedHalf()).toBeNull();
  });

  it("says how long to wait when the server does", async () => {
    answer(429, {}, { "Retry-After": "7" });
    expect(await messageOf(signIn({ code: "any" }))).toContain("7 seconds");
  });

  it("says that nothing answers", async () => {
    server.mockRejectedValueOnce(new TypeError("refused"));
    expect(await messageOf(signIn({ code: "any" }))).toContain("does not answer");
  });

  it("keeps the session it has when a new link is refused", async () => {
    localStorage.setItem("rota.session", "h1");
    answer(401, {});
    await messageOf(signIn({ code: "used" }));
    expect(storedHalf()).toBe("h1");
  });
});

describe("the viewer", () => {
  it("is not asked for without a half", async () => {
    expect(await fetchViewer()).toBeNull();
    expect(server).not.toHaveBeenCalled();
  });

  it("is asked for with the half", async () => {
    localStorage.setItem("rota.session", "h1");
    answer(200, { data: { viewer: { name: "Ada", role: "OWNER" } } });
    expect(await fetchViewer()).toEqual({ name: "Ada", role: "OWNER" });
    const headers = new Headers(server.mock.lastCall?.[1]?.headers);
    expect(headers.get("X-Rota-Session")).toBe("h1");
  });

  it.each([200, 401])("is nobody once the session has ended, said with %i", async (status) => {
    localStorage.setItem("rota.session", "old");
    answer(status, { errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
    expect(await fetchViewer()).toBeNull();
    expect(storedHalf()).toBeNull();
  });

  it("does not sign out because of a rate limit", async () => {
    localStorage.setItem("rota.session", "h1");
    answer(200, { errors: [{ extensions: { code: "RATE_LIMITED" } }] });
    expect(await messageOf(fetchViewer())).toContain("Too many");
    expect(storedHalf()).toBe("h1");
  });
});

describe("signing out", () => {
  it("tells the server with the half, then forgets it", async () => {
    localStorage.setItem("rota.session", "h1");
    answer(200, {});
    await signOut();
    expect(server.mock.lastCall?.[1]?.method).toBe("DELETE");
    expect(new Headers(server.mock.lastCall?.[1]?.headers).get("X-Rota-Session")).toBe("h1");
    expect(storedHalf()).toBeNull();
  });

  it("forgets it even when nothing answers", async () => {
    localStorage.setItem("rota.session", "h1");
    server.mockRejectedValueOnce(new TypeError("refused"));
    await messageOf(signOut());
    expect(storedHalf()).toBeNull();
  });
});
