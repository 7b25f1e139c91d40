import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const root = join(import.meta.dirname, "..");

/** A test as Vitest reports it. */
export interface RunTest {
  readonly fullName: string;
  readonly status: "passed" | "failed" | "skipped" | "pending";
  readonly failureMessages: readonly string[];
}

/** Runs a file of tests as a user would write it, by Vitest in a process of its own. */
export async function runContractFile(
  setUp: string,
  options = "{}",
): Promise<{ readonly tests: readonly RunTest[]; readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = `
    import { createMock } from "${join(root, "dist/mock/index.js")}";
    import { contractTests } from "${join(root, "dist/contract-tests/vitest.js")}";
    const mock = createMock({ clock: "manual" });
    const target = {
      baseUrl: "http://mock.test",
      credential: { authorization: "Bearer sk_test_own" },
      fetch: mock.fetch,
      advance: (milliseconds) => void mock.clock.advance({ seconds: milliseconds / 1000 }),
    };
    ${setUp}
    contractTests(() => target, { effort: "quick", nonce: "n1", ...${options} });
  `;
  writeFileSync(join(folder, "contract.test.ts"), file);
  const config = { test: { deps: { interopDefault: false }, reporters: [["json", { outputFile: "result.json" }]] } };
  writeFileSync(join(folder, "vitest.config.mjs"), `export default ${JSON.stringify(config)};`);
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run"], { cwd: folder, stdio: "ignore" });
  await new Promise((resolve) => child.once("close", resolve));
  const { testResults } = JSON.parse(readFileSync(join(folder, "result.json"), "utf8"));
  return { tests: testResults[0].assertionResults, folder };
}

/** How the test of a rule ended. */
export function statusOf(tests: readonly RunTest[], id: string): string | undefined {
  return tests.find(({ fullName }) => fullName.startsWith(`${id} `))?.status;
}

/** The test that comes after those of the rules. */
export const lastTest = "The run completed and deleted its widgets";
