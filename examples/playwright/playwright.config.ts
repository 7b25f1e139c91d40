import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import type { WidgetWorkerFixtures } from "widgets-mock/playwright";

/** Where Debian and the runners of GitHub have a browser; elsewhere Playwright's own is used. */
const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));

export default defineConfig<object, Pick<WidgetWorkerFixtures, "widgetsMockOptions">>({
  // This project's own has paths that lead to the sources of the mock.
  tsconfig: "tsconfig.json",
  forbidOnly: true,
  reporter: "list",
  use: {
    launchOptions: executablePath === undefined ? {} : { executablePath },
    // Options of createMock: here, how long a crawl takes.
    widgetsMockOptions: { crawl: "30s-60s" },
  },
});
