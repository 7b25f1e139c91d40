import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { launchBrowser } from "../examples/browser/browser.ts";
import type { MockOptions } from "../mock/index.ts";
import { type Scene, sceneKey, startScene } from "../scripts/pictures/scene.ts";

/** Starts a mock for a test, with a manual clock. */
export async function sceneForTest(options: MockOptions = {}): Promise<Scene> {
  const scene = await startScene(options);
  onTestFinished(() => scene.close());
  return scene;
}

/** What a test opens a page with. */
export interface PageOptions {
  /** The API key that the tab remembers (default: that of the demo organization). */
  readonly key?: string;
  readonly width?: number;
  readonly theme?: "dark" | "light";
}

let browser: Promise<Browser> | undefined;

/** Opens the console of a mock at an address such as `widgets/wgt_1`; fails the test for whatever the page logs. */
export async function openConsole(url: string, address = "widgets", options: PageOptions = {}): Promise<Page> {
  return openPage(`${url}/_mock/console/#/${address}`, { key: sceneKey, ...options });
}

/** Opens any page; fails the test for whatever it logs. */
export async function openPage(url: string, { key = "", width = 1200, theme = "light" }: PageOptions): Promise<Page> {
  browser ??= launchBrowser();
  const page = await (await browser).newPage({ viewport: { width, height: 800 }, colorScheme: theme });
  page.setDefaultTimeout(10_000);
  const logged: string[] = [];
  page.on("pageerror", ({ message }) => logged.push(message));
  page.on("console", (line) => {
    // Chromium logs each answer that is an error; those are what some tests are about.
    if (!line.text().startsWith("Failed to load resource")) logged.push(line.text());
  });
  onTestFinished(async () => {
    await page.close();
    expect(logged).toEqual([]);
  });
  if (key !== "") await page.addInitScript((kept) => sessionStorage.setItem("widgets-mock.key", kept), key);
  await page.goto(url);
  return page;
}

/** What axe-core finds, in one line each. It is evaluated by the browser's tools, which the page's policy does not bind. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

/** Closes the browser of a file's tests. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}
