import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { launchBrowser, reasonToSkip } from "../../examples/browser/browser.ts";
import { listen } from "../../mock/http/listen.ts";
import { createMock, type MockOptions } from "../../mock/index.ts";
import { type EmbeddingPage, embedWidget } from "../../mock/testing/embed-widget.ts";
import { type RemoteWorld, remoteWorld } from "../../mock/testing/remote-world.ts";
import type { components } from "../../spec/generated/types.ts";

type Widget = components["schemas"]["Widget"];

/** A policy under which nothing is allowed but the mock: no inline style, no eval, no markup made from strings. */
export const strictPolicy = (url: string) => ({
  "Content-Security-Policy": `default-src 'none'; script-src ${url}; connect-src ${url}; require-trusted-types-for 'script'`,
});

/** A browser for the tests of a file. */
export function useBrowser(): { newPage(options?: Parameters<Browser["newPage"]>[0]): Promise<Page> } {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (reasonToSkip === undefined) browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  return {
    async newPage(options) {
      if (!browser) throw new Error("the browser has not started");
      const page = await browser.newPage(options);
      page.setDefaultTimeout(20_000);
      onTestFinished(async () => {
        await page.unrouteAll({ behavior: "ignoreErrors" });
        await page.close();
      });
      return page;
    },
  };
}

/** A mock with one active widget, and what its owner does. */
export interface OwnedWidget {
  readonly world: RemoteWorld;
  readonly id: string;
  /** Calls the API for the widget: `call("POST", "/pause")`. */
  call(method: string, path?: string, body?: object): Promise<Widget>;
  /** Opens a page of the widget's site under a strict policy, and returns the widget in it. */
  embedIn(page: Page, embedding?: EmbeddingPage): ReturnType<typeof embedWidget>;
}

/** Starts a mock with an active widget of the catering company in the documentation. */
export async function ownWidget(options: MockOptions = {}): Promise<OwnedWidget> {
  const mock = createMock({ clock: "manual", scenario: "one-active", ...options });
  const { url, close } = await listen(mock);
  onTestFinished(close);
  const world = remoteWorld(url, "sk_test_demo");
  const { data } = await (await world.fetch("/api/v1/widgets")).json();
  const { id } = data[0] as Widget;
  return {
    world,
    id,
    async call(method, path = "", body) {
      const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      const response = await world.fetch(`/api/v1/widgets/${id}${path}`, init);
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.status === 204 ? undefined : response.json();
    },
    embedIn: (page, embedding = {}) => embedWidget(page, { world, id }, { headers: strictPolicy(url), ...embedding }),
  };
}
