import type { TestProject } from "vitest/node";
import { listen } from "../http/listen.ts";
import { createMock } from "../mock.ts";
import { widgetsMockUrl } from "./provided.ts";
import type { StartOptions } from "./start-options.ts";

export { widgetsMockUrl } from "./provided.ts";
export type { StartOptions } from "./start-options.ts";

/** What Vitest runs before the tests; it gives what Vitest runs after them. */
export type GlobalSetup = (project: Pick<TestProject, "provide">) => Promise<() => Promise<void>>;

/**
 * A global set-up of Vitest's that starts one mock for the run, on a free port of this machine, and ends it afterwards.
 * Its clock stands until a test moves it, unless `clock` says otherwise.
 *
 * In a file of one's own, named in `test.globalSetup`: `export default startMock({ crawl: "30s-60s" })`.
 * @throws OptionError or DialectError when it is run, with a message for the user
 */
export function startMock(options: StartOptions = {}): GlobalSetup {
  return async (project) => {
    const mock = createMock({ clock: "manual", observer: { onError: console.error }, ...options });
    const { url, close } = await listen(mock);
    project.provide(widgetsMockUrl, url);
    return async () => {
      mock.close();
      await close();
    };
  };
}

/** The set-up with the defaults, as `globalSetup: ["widgets-mock/vitest/setup"]` takes it. */
export default startMock();
