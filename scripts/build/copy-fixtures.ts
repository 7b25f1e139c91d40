import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What of the fixtures is in no manifest: requests to click through, and what an export says of itself. */
const unlisted = ["http", "exported-readme.md"];

/** Puts the fixtures' files into the package as they are, where they stand in the source: `fixtures/` beside `cli/`. */
export function copyFixtures(root: string, dist: string): void {
  const { fixtures } = JSON.parse(readFileSync(join(root, "fixtures/manifest.json"), "utf8")) as {
    readonly fixtures: readonly { readonly file: string }[];
  };
  for (const file of ["manifest.json", ...unlisted, ...fixtures.map((entry) => entry.file)]) {
    cpSync(join(root, "fixtures", file), join(dist, "fixtures", file), { recursive: true });
  }
}
