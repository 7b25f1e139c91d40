import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test as plainTest, vi } from "vitest";
import { browserModules } from "../../scripts/build/browser-modules.ts";
import { launchBrowser, reasonToSkip } from "../browser/browser.ts";
import { pageFiles } from "../browser/page-files.ts";
import { serveFiles } from "../browser/serve-files.ts";

// A browser starts slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** The script of the page, bundled for browsers. */
async function bundleScript(): Promise<string> {
  const entryPoints = [fileURLToPath(new URL("page-with-worker.js", import.meta.url))];
  // Here the package's names lead to its sources; what is published has them bundled for browsers.
  const plugins = [browserModules];
  const options = { bundle: true, format: "esm", write: false, logLevel: "error" } as const;
  const { outputFiles } = await build({ entryPoints, plugins, ...options });
  return outputFiles[0]?.text ?? "";
}

// biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures are asked for
const test = plainTest.extend("page", async ({}, { onCleanup }) => {
  const worker = readFileSync(fileURLToPath(import.meta.resolve("msw/mockServiceWorker.js")), "utf8");
  const files = { ...pageFiles, "/page.js": await bundleScript(), "/mockServiceWorker.js": worker };
  const site = await serveFiles(files);
  const browser = await launchBrowser();
  onCleanup(async () => {
    await browser.close();
    site.close();
  });
  const page = await browser.newPage();
  await page.goto(`${site.origin}/index.html?api=https://api.example.com&key=sk_test_example`);
  return page;
});
test.beforeEach(({ skip }) => skip(reasonToSkip !== undefined, reasonToSkip));

test("the mock runs in the page itself, behind MSW's worker", async ({ page }) => {
  await page.getByLabel("Name").fill("Bakery");
  await page.getByLabel("Site").fill("https://bakery.example");
  await page.getByRole("button", { name: "Create" }).click();

  await page.getByText("Hi, this is Bakery").waitFor();

  expect(await page.getByRole("status").textContent()).toBe("active");
  await page.getByRole("button", { name: "Talk to us" }).click();
  await page.getByText(/^started, until/).waitFor();
});
