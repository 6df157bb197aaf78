/** Finds a browser: the one named, an installed one, Playwright's own, else the distribution's. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const APPS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const HELP =
  "The browser tests need Chromium or Chrome, and none was found. Install one (Debian: apt install " +
  "chromium), run `npx playwright-core install chromium` in web/, or name one in ROTA_CHROMIUM.";

function installed(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const places = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...places, ...APPS].find((place) => existsSync(place));
}

function installFromDistribution(): void {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return;
  console.warn("No browser found: installing the distribution's chromium.");
  try {
    execFileSync("apt-get", ["update"], { stdio: "ignore" });
    execFileSync("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch {
    throw new Error(`${HELP} (apt-get could not install it.)`);
  }
}

export function findChromium(): string {
  const named = process.env.ROTA_CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`ROTA_CHROMIUM names ${named}, and there is no such file.`);
  }
  const found = installed();
  if (found) return found;
  if (existsSync(chromium.executablePath())) return chromium.executablePath();
  installFromDistribution();
  const fresh = installed();
  if (fresh) return fresh;
  throw new Error(HELP);
}
