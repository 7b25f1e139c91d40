import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runVitest } from "./run-vitest.ts";

const testFile = `import { createMock } from "widgets-mock";
import { contractTests } from "widgets-mock/contract/vitest";

const mock = createMock({ clock: "manual" });
const target = {
  baseUrl: "http://mock.test",
  credential: { authorization: "Bearer sk_test_own" },
  fetch: mock.fetch,
  advance: (milliseconds) => void mock.clock.advance({ seconds: milliseconds / 1000 }),
};
contractTests(target, { effort: "quick" });
`;

/**
 * Runs the contract tests as tests of Vitest against the mock, both from the package.
 * @throws Error with what Vitest wrote, where a rule is broken
 */
export function runContractAsTests(root: string, folder: string): void {
  const tests = join(folder, "contract-as-tests");
  mkdirSync(tests);
  writeFileSync(join(tests, "contract.test.mjs"), testFile);
  runVitest(root, tests);
}
