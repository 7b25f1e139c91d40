import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Copies the fixtures' files into the package, where they stand in the source: `fixtures/` beside `cli/`.
 * @returns the files copied, by their paths from `root`
 */
export function copyFixtures(root: string, dist: string): string[] {
  const { fixtures } = JSON.parse(readFileSync(join(root, "fixtures/manifest.json"), "utf8")) as {
    readonly fixtures: readonly { readonly file: string }[];
  };
  const files = ["manifest.json", "exported-readme.md", ...fixtures.map(({ file }) => file)];
  return files.map((file) => {
    cpSync(join(root, "fixtures", file), join(dist, "fixtures", file));
    return `fixtures/${file}`;
  });
}
