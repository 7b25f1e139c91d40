import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { launchBrowser, reasonToSkip } from "../../examples/browser/browser.ts";
import { widgets } from "../api-client.test-helper.ts";
import { createMock } from "../index.ts";

const origin = "http://mock.test";
const headers = { authorization: "Bearer sk_test_har", "content-type": "application/json" };
const calls = [
  { method: "POST", path: widgets, body: '{"name":"Bäckerei 🥐","site_url":"https://a.example"}' },
  { method: "POST", path: widgets, body: "{" },
  { method: "GET", path: `${widgets}?limit=2` },
  { method: "GET", path: `${widgets}/wgt_none` },
];

test.skipIf(reasonToSkip)("Chromium answers a page from the exported archive as the mock did", async () => {
  const mock = createMock({ clock: "manual" });
  const answers: unknown[] = [];
  for (const { method, path, body } of calls) {
    const response = await mock.fetch(`${origin}${path}`, { method, headers, ...(body && { body }) });
    answers.push([response.status, response.headers.get("request-id"), await response.text()]);
  }
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "requests.har");
  writeFileSync(file, JSON.stringify(mock.journal.har()));

  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.route(`${origin}/`, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  await page.routeFromHAR(file, { url: `${origin}/api/**` });
  await page.goto(`${origin}/`);
  const replayed = await page.evaluate(
    async ({ calls, headers }) => {
      const got: unknown[] = [];
      for (const { method, path, body } of calls) {
        const response = await fetch(path, { method, headers, ...(body && { body }) });
        got.push([response.status, response.headers.get("request-id"), await response.text()]);
      }
      return got;
    },
    { calls, headers },
  );
  expect(replayed).toEqual(answers);
});
