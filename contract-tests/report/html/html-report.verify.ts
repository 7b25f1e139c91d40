import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { launchBrowser, reasonToSkip } from "../../../examples/browser/browser.ts";
import type { Report } from "../report.ts";
import { tried } from "../run.test-helper.ts";
import { htmlReport } from "./html-report.ts";

const hostile = `</title></script><script>window.ran=1</script><img src="https://x.example/a" onerror="window.ran=1">'"&\u202e`;

/** A page with a report, in a browser that has no network; what it asks for is told. */
async function opened(
  report: Report,
  width = 1000,
): Promise<{ readonly page: Page; readonly asked: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "report.html");
  writeFileSync(file, htmlReport(report));
  const browser: Browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, asked };
}

/** A mock that shows hostile text in every text that it can. */
function withHostileTexts() {
  return tried({
    target: { baseUrl: "http://mock.test" },
    async between(request, answer) {
      const response = await answer(request);
      if (request.method !== "GET" || response.status !== 200) return response;
      const text = (await response.text()).replaceAll(/"(persona|status|name)":"[^"]*"/g, (_, member) =>
        JSON.stringify({ [member]: hostile }).slice(1, -1),
      );
      return new Response(text, { headers: { "content-type": "application/json" } });
    },
  });
}

test.beforeEach(({ skip }) => skip(reasonToSkip !== undefined, reasonToSkip));

test("what a target shows is shown as text, and nothing of it runs or is fetched", async () => {
  const { report } = await withHostileTexts();
  expect(report.rules.filter(({ verdict }) => verdict === "fail").length).toBeGreaterThan(0);
  const { page, asked } = await opened(report);
  expect(await page.title()).toBe("Contract of http://mock.test");
  expect(await page.locator("article.fail").first().innerText()).toContain("<script>window.ran=1</script>");
  expect(await page.evaluate("[window.ran, document.images.length, document.scripts.length]")).toEqual([
    undefined,
    0,
    1,
  ]);
  expect(asked).toHaveLength(1);
});

test("a script that got into the page all the same would not run", async () => {
  const { report } = await tried();
  const { page } = await opened({ ...report, target: "x" });
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = 1";
    document.body.append(script);
  });
  expect(await page.evaluate("window.ran")).toBe(undefined);
});

test("a finding is drawn, its rules can be filtered, and nothing is wider than a phone", async () => {
  const { report } = await tried({
    async between(request, answer) {
      return request.url.endsWith("/resume") ? new Response(null, { status: 409 }) : answer(request);
    },
  });
  const { page } = await opened(report, 390);
  const drawing = page.locator("#PAUSE-2 svg");
  expect(await drawing.locator(".mark text:first-of-type").allTextContents()).toEqual(
    expect.arrayContaining(["create", "pause", "resume"]),
  );
  expect(await drawing.locator(".word").allTextContents()).toEqual(["draft", "active", "paused"]);
  expect(await drawing.locator(".bad").count()).toBe(1);
  // The drawing is wider than a phone: what is seen of it at first is the violation, beside the labels of the rows.
  const places = await page.locator("#PAUSE-2 .drawing").evaluate((shown) => {
    const left = (selector: string) => (shown.querySelector(selector)?.getBoundingClientRect().left ?? Number.NaN) | 0;
    const { left: from, right: to } = shown.getBoundingClientRect();
    return { from: from | 0, labels: left(".row"), found: left(".found"), to: to | 0, scrolls: shown.scrollLeft > 0 };
  });
  expect(places).toMatchObject({ labels: places.from, scrolls: true });
  expect(places.found > places.from + 64 && places.found < places.to).toBe(true);
  await page.getByRole("button", { name: "1 fail" }).click();
  expect(await page.locator("tr[data-verdict]:visible td:first-child").allInnerTexts()).toEqual(["PAUSE-2"]);
  await page.getByRole("button", { name: "1 fail" }).click();
  await page.getByLabel("Find a rule").fill("created_at");
  expect(await page.locator("tr[data-verdict]:visible td:first-child").allInnerTexts()).toEqual(["OBJ-14"]);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
});
