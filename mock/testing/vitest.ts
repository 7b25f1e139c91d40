import { afterAll, inject, test as plainTest, type TestContext } from "vitest";
import type { MockControls } from "../controls/control-groups.ts";
import { attachCoverage, type FileOfSuite } from "./collect-coverage.ts";
import { widgetsMockUrl } from "./provided.ts";
import { type RemoteWorld, remoteWorld } from "./remote-world.ts";

export { ControlError } from "../controls/control-error.ts";
export type { RemoteControls } from "../controls/control-groups.ts";
export { widgetsMockUrl } from "./provided.ts";
export { type RemoteWorld, remoteWorld } from "./remote-world.ts";

/**
 * Vitest's `test` with the fixture `widgetsMock`: an organization of the run's mock that is the test's own, with its
 * world and its clock, so that tests run side by side. It begins anew each time that the test does.
 */
export const test = plainTest.extend<{ widgetsMock: RemoteWorld }>({ widgetsMock: widgetsMockFixture });

/**
 * The fixture, for a `test` of one's own: `test.extend<{ widgetsMock: RemoteWorld }>({ widgetsMock: widgetsMockFixture })`.
 * What a test leaves behind stays, to be looked at, until it runs again.
 * @throws Error where the global set-up has not run
 */
export async function widgetsMockFixture(
  { task }: Pick<TestContext, "task">,
  use: (world: RemoteWorld) => Promise<void>,
): Promise<void> {
  const url = inject(widgetsMockUrl);
  if (url === undefined) {
    throw new Error(
      'There is no mock to test with: add "widgets-mock/vitest/setup" to test.globalSetup in the configuration of Vitest.',
    );
  }
  // Vitest makes the id from the file's path, the project's name and the test's place: every run gives the same one.
  const world = remoteWorld(url, `sk_test_vitest_${task.id}`);
  // A retry, and another run of a watch, find nothing of the one before.
  await world.reset();
  await use(world);
}

/**
 * Adds what a mock of `createMock` has met to the coverage of the run, when the tests of this file have ended; the reporter
 * `widgets-mock/vitest/coverage` merges that of all files and workers. Call it at the top of a file or in a `describe`.
 */
export function collectCoverage(mock: Pick<MockControls, "coverage">): void {
  // Vitest takes the parameters that a hook names for fixtures, and gives the suite in another place in each version.
  afterAll(function () {
    // biome-ignore lint/complexity/noArguments: see above
    const suite = [...arguments].find(isSuite);
    if (suite) attachCoverage(suite, mock);
  });
}

function isSuite(given: unknown): given is FileOfSuite {
  return typeof given === "object" && given !== null && "file" in given;
}
