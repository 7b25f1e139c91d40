import { readdirSync } from "node:fs";
import { join } from "node:path";

/** The folder whose subfolders contain generated JSON files only, except for those written by hand. */
const generatedFolder = "fixtures";
const handwrittenFiles = /^fixtures\/scenarios\//;

/** Files below `root` that are no longer generated, such as the old file of a renamed fixture. */
export function findLeftovers(root: string, files: ReadonlyMap<string, string>): string[] {
  return readdirSync(join(root, generatedFolder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      readdirSync(join(root, generatedFolder, name)).map((file) => `${generatedFolder}/${name}/${file}`),
    )
    .filter((path) => path.endsWith(".json") && !handwrittenFiles.test(path) && !files.has(path));
}
