import { test as base, type Locator } from "@playwright/test";
import { listen } from "../http/listen.ts";
import { createMock } from "../mock.ts";
import { type EmbeddingPage, embedWidget } from "./embed-widget.ts";
import { type RemoteWorld, remoteWorld } from "./remote-world.ts";
import type { StartOptions } from "./start-options.ts";

export { expect } from "@playwright/test";
export { ControlError } from "../controls/control-error.ts";
export type { RemoteControls } from "../controls/control-groups.ts";
export type { EmbeddingPage } from "./embed-widget.ts";
export { type RemoteWorld, remoteWorld } from "./remote-world.ts";
export type { StartOptions } from "./start-options.ts";

/** What a test gets. */
export interface WidgetFixtures {
  /** An organization of the worker's mock that is the test's own, with its world and its clock. */
  readonly widgetsMock: RemoteWorld;
  /** Opens a page that embeds a widget of the test's organization in `page`, and returns the widget in it. */
  readonly embedWidget: (id: string, embedding?: EmbeddingPage) => Promise<Locator>;
}

/** What the tests of a worker share. */
export interface WidgetWorkerFixtures {
  /** How the mock is made, for `use` in the configuration. Its clock stands until a test moves it, unless `clock` is given. */
  readonly widgetsMockOptions: StartOptions;
  /** The URL of the worker's mock. */
  readonly widgetsMockUrl: string;
}

const widgetTest = base.extend<WidgetFixtures, WidgetWorkerFixtures>({
  widgetsMockOptions: [{}, { option: true, scope: "worker" }],
  widgetsMockUrl: [
    async ({ widgetsMockOptions }, use) => {
      const mock = createMock({ clock: "manual", observer: { onError: console.error }, ...widgetsMockOptions });
      const { url, close } = await listen(mock);
      await use(url);
      mock.close();
      await close();
    },
    { scope: "worker" },
  ],
  widgetsMock: async ({ widgetsMockUrl }, use, { testId }) => {
    const world = remoteWorld(widgetsMockUrl, `sk_test_playwright_${testId}`);
    // A retry finds nothing of the time before.
    await world.reset();
    await use(world);
  },
  embedWidget: async ({ page, widgetsMock }, use) => {
    await use((id, embedding) => embedWidget(page, { world: widgetsMock, id }, embedding));
    await page.unrouteAll({ behavior: "ignoreErrors" });
  },
});

/** Playwright's `test` with a mock of the Widgets API for each worker, and a world of its own for each test. */
export { widgetTest as test };
