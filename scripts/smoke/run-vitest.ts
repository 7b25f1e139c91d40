import { join } from "node:path";
import { command } from "./command.ts";

/**
 * Runs the tests of a folder with the project's own Vitest.
 * @throws Error with what Vitest wrote, where a test fails
 */
export function runVitest(root: string, folder: string, ...options: readonly string[]): void {
  command(folder, process.execPath, join(root, "node_modules/vitest/vitest.mjs"), "run", ...options);
}
