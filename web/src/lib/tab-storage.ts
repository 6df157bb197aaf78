/** What this tab keeps for whoever is signed in: it survives a reload, but neither the tab nor the
 * session, and no other tab sees it. */
const PREFIX = "rota.";

export function store(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Full or switched off: then it is not kept.
  }
}

/** Null where nothing is kept. */
export function read(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + key) ?? "null");
  } catch {
    return null;
  }
}

export function clear(): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  }
}
