import type { Page } from "playwright-core";
import { expect, vi } from "vitest";
import { type RemoteWorld, test as testWithMock } from "widgets-mock/vitest";
import { launchBrowser, reasonToSkip } from "./browser.ts";
import { pageFiles } from "./page-files.ts";
import { serveFiles } from "./serve-files.ts";

// A browser starts slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const test = testWithMock
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures are asked for
  .extend("browser", { scope: "file" }, async ({}, { onCleanup }) => {
    const browser = await launchBrowser();
    onCleanup(() => browser.close());
    return browser;
  })
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures are asked for
  .extend("site", { scope: "file" }, async ({}, { onCleanup }) => {
    const site = await serveFiles(pageFiles);
    onCleanup(() => site.close());
    return site;
  })
  .extend("page", async ({ browser, site, widgetsMock }, { onCleanup }) => {
    const page = await browser.newPage();
    onCleanup(() => page.close());
    const settings = new URLSearchParams({ api: widgetsMock.url, key: widgetsMock.apiKey });
    await page.goto(`${site.origin}/index.html?${settings}`);
    return page;
  });

test.beforeEach(({ skip }) => skip(reasonToSkip !== undefined, reasonToSkip));

interface FormInput {
  readonly site?: string;
  readonly domains?: string;
}

async function fillIn(page: Page, { site = "https://bakery.example", domains = "" }: FormInput): Promise<void> {
  await page.getByLabel("Name").fill("Bakery");
  await page.getByLabel("Site").fill(site);
  await page.getByLabel("Only on these domains").fill(domains);
  await page.getByRole("button", { name: "Create" }).click();
}

/** Waits until the page shows a text. */
async function expectToSee(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).waitFor();
}

/** Lets the page create a widget, and advances the clock until it is active. */
async function createActive(page: Page, { clock }: Pick<RemoteWorld, "clock">, input: FormInput) {
  await fillIn(page, input);
  await expectToSee(page, "draft");
  await clock.advance({ seconds: 60 });
  await expectToSee(page, "active");
}

test("a page of another origin sees its widget become active, and starts a conversation", async ({
  page,
  widgetsMock,
}) => {
  await fillIn(page, { domains: "127.0.0.1" });
  await expectToSee(page, "draft");
  await widgetsMock.journal.list({ wait_for: 3, operation: "getWidget" });
  expect(await page.getByRole("status").textContent()).toBe("draft");

  await widgetsMock.clock.advance({ seconds: 60 });

  await expectToSee(page, "active");
  await expectToSee(page, "Hi, this is Bakery");
  await page.getByRole("button", { name: "Talk to us" }).click();
  await expectToSee(page, /^started, until 2026-01-01T/);
});

test("a page stops waiting for a widget whose crawl fails", async ({ page, widgetsMock }) => {
  await fillIn(page, { site: "https://shop.fail.test" });
  await expectToSee(page, "draft");

  await widgetsMock.clock.advance({ seconds: 60 });

  await expectToSee(page, "the site could not be crawled");
});

test("a page that is on none of the widget's domains loads it, and may not start a conversation", async ({
  page,
  widgetsMock,
}) => {
  await createActive(page, widgetsMock, { domains: "bakery.example" });

  await page.getByRole("button", { name: "Talk to us" }).click();

  await expectToSee(page, /^origin_not_allowed/);
});

test("a page can read why its request was rejected, and the request's id", async ({ page, widgetsMock }) => {
  await fillIn(page, { site: "ftp://bakery.example" });

  await expectToSee(page, /^validation_error/);

  const [rejected] = (await widgetsMock.journal.list({ operation: "createWidget", status: 400 })).requests;
  expect(await page.getByRole("status").textContent()).toBe(`validation_error (${rejected?.request_id})`);
});
