import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian's Chromium is, and where the machines of GitHub's workflows have a browser. */
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const browserPath = places.find((place) => existsSync(place));

/** @throws Error where the machine has no browser, or it does not start */
export function launchBrowser(): Promise<Browser> {
  if (browserPath === undefined) {
    throw new Error(`There is no browser in ${places.join(", ")}. On Debian: apt-get install chromium.`);
  }
  // A container's root has no sandbox to offer.
  return chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
}

/** Why no page can be tried out; in CI there is no such reason, and what is missing is told by a failure. */
export const reasonToSkip =
  browserPath === undefined && !process.env["CI"]
    ? "this machine has no browser. On Debian: apt-get install chromium."
    : undefined;

if (reasonToSkip) console.warn(`No page is tried out: ${reasonToSkip}`);
