import { join } from "node:path";
import { command } from "./command.ts";

/**
 * Exports the fixtures with the bin that is installed in a folder, and checks them.
 * @throws Error where they do not fit
 */
export function checkExportedFixtures(folder: string): void {
  const bin = join(folder, "node_modules/.bin/widgets-mock");
  for (const options of [[], ["--documented-only"]]) {
    const exported = join(folder, ["exported", ...options].join(""));
    command(folder, bin, "fixtures", "export", exported, ...options);
    const { summary } = JSON.parse(command(folder, bin, "fixtures", "check", exported, "--strict", "--format", "json"));
    if (summary.files < 30) throw new Error(`an export has ${summary.files} payloads.`);
  }
}
