import { readdirSync } from "node:fs";
import { join } from "node:path";

/** The folders in which every JSON file is made, but those that are written by hand. */
const madeWhole = "fixtures";
const byHand = /^fixtures\/scenarios\//;

/** What was made once, below `root`, and is made no more: a fixture that was renamed leaves its old file. */
export function leftovers(root: string, files: ReadonlyMap<string, string>): string[] {
  return readdirSync(join(root, madeWhole), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(root, madeWhole, name)).map((file) => `${madeWhole}/${name}/${file}`))
    .filter((path) => path.endsWith(".json") && !byHand.test(path) && !files.has(path));
}
