import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

/**
 * A global setup of Vitest's for tests that need `dist/`: brings it up to date, and then starts the mock of the examples,
 * which import the package by its name.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync("npm", ["run", "--silent", "prestart"], { cwd: join(import.meta.dirname, "../.."), stdio: "inherit" });
  const { default: startMockOfExamples } = await import("../../examples/vitest/global-setup.ts");
  return startMockOfExamples(project);
}
