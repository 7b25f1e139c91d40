import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian and the runners of GitHub have a browser. */
const browserPaths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const browserPath = browserPaths.find((path) => existsSync(path));

/** @throws Error when there is no browser, or it does not start */
export function launchBrowser(...args: readonly string[]): Promise<Browser> {
  if (browserPath === undefined) {
    throw new Error(`no browser found at ${browserPaths.join(", ")}; on Debian, apt-get install chromium`);
  }
  // Chromium has no sandbox for root, as in a container.
  return chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", ...args] });
}

/** Why tests with a page are skipped; undefined in CI, where a missing browser is a failure. */
export const reasonToSkip =
  browserPath === undefined && !process.env["CI"]
    ? "this machine has no browser; on Debian, apt-get install chromium"
    : undefined;

if (reasonToSkip) console.warn(`Tests with a page are skipped: ${reasonToSkip}`);
