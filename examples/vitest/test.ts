import { test as testWithMock } from "widgets-mock/vitest";
import { makeClient, type WidgetsClient } from "../integration/client.ts";
import type { Sleep } from "../integration/poll.ts";

/** Fixtures of a test, besides the mock. */
interface UnderTest {
  readonly client: WidgetsClient;
  /** Advances the mock's clock, and takes no time. */
  readonly sleep: Sleep;
}

/** The project's test: the mock's, with the project's own client. */
export const test = testWithMock.extend<UnderTest>({
  client: async ({ widgetsMock: { url, apiKey } }, use) => use(makeClient({ baseUrl: url, apiKey })),
  sleep: async ({ widgetsMock }, use) =>
    use(async (milliseconds) => void (await widgetsMock.clock.advance({ seconds: milliseconds / 1000 }))),
});
