/** The home page: signs in by link or token, shows who is signed in, and leads to GraphiQL. */
import { runSample } from "./operations";
import { type Credential, Refusal, fetchViewer, signIn, signOut, takeCode } from "./session";

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found;
}

async function show(): Promise<void> {
  const viewer = await fetchViewer();
  element("signed-in").hidden = !viewer;
  element("signed-out").hidden = !!viewer;
  if (!viewer) return;
  element("name").textContent = viewer.name;
  element("role").textContent = viewer.role.toLowerCase();
}

/** Does the work, then shows who is signed in, whatever came of it. */
async function attempt(waiting: string, work: () => Promise<void>): Promise<void> {
  const notice = element("notice");
  notice.textContent = "";
  element("waiting").textContent = waiting;
  for (const step of [work, show]) {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      notice.textContent ||= error.message;
    }
  }
  element("waiting").textContent = "";
  // Nothing known about the session: the way in is the way on.
  if (element("signed-in").hidden) element("signed-out").hidden = false;
}

async function trade(credential: Credential | null): Promise<void> {
  await attempt(credential ? "Signing you in…" : "One moment…", async () => {
    if (credential) await signIn(credential);
  });
}

async function followLink(): Promise<void> {
  const code = takeCode();
  await trade(code ? { code } : null);
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const source = element(button.dataset.copies ?? "");
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = "Copied";
  } catch {
    // Only a page on https or localhost may write to the clipboard.
    getSelection()?.selectAllChildren(source);
    button.textContent = "Selected, now press Ctrl+C";
  }
  setTimeout(() => (button.textContent = label), 2500);
}

element("sample-query").textContent = runSample.query.replace(/^#.*\n/, "");
element("sample-variables").textContent = runSample.variables;

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copies]")) {
  button.addEventListener("click", () => void copy(button));
}

element("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const input = element("token") as HTMLInputElement;
  const token = input.value.trim();
  void trade({ token }).then(() => {
    if (element("signed-in").hidden) {
      input.select();
      return;
    }
    input.value = "";
    element("who").focus();
  });
});

element("sign-out").addEventListener("click", () => {
  void attempt("Signing you out…", signOut).then(() => {
    element("sign-in").focus();
  });
});

addEventListener("hashchange", () => void followLink());
void followLink();
