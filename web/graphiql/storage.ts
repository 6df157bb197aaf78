/** What GraphiQL may remember: how it looks. What is typed may hold a provider's key. */
import type { Storage } from "@graphiql/toolkit";

const KEPT = ["theme", "visiblePlugin", "docExplorerFlex", "editorFlex", "secondaryEditorFlex"];

function isKept(key: string): boolean {
  return KEPT.some((name) => key === `graphiql:${name}`);
}

const typed = new Map<string, string>();

export const storage: Storage = {
  get length() {
    return typed.size;
  },
  getItem: (key) => (isKept(key) ? localStorage.getItem(key) : (typed.get(key) ?? null)),
  setItem: (key, value) => {
    if (isKept(key)) localStorage.setItem(key, value);
    else typed.set(key, value);
  },
  removeItem: (key) => {
    if (isKept(key)) localStorage.removeItem(key);
    else typed.delete(key);
  },
  clear: () => {
    typed.clear();
    for (const name of KEPT) localStorage.removeItem(`graphiql:${name}`);
  },
};
