import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Puts the fixtures' files into the package as they are, where they stand in the source: `fixtures/` beside `cli/`. */
export function copyFixtures(root: string, dist: string): void {
  const { fixtures } = JSON.parse(readFileSync(join(root, "fixtures/manifest.json"), "utf8")) as {
    readonly fixtures: readonly { readonly file: string }[];
  };
  for (const file of ["manifest.json", "exported-readme.md", ...fixtures.map((entry) => entry.file)]) {
    cpSync(join(root, "fixtures", file), join(dist, "fixtures", file), { recursive: true });
  }
}
