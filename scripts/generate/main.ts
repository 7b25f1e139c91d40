import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DocumentError } from "../../spec/checks/document-error.ts";
import { generatedFiles } from "./generated-files.ts";
import { findLeftovers } from "./leftovers.ts";

/** Longer lists of files are cut. */
const maxListed = 12;

/** `npm run generate` writes the generated files; with `--check` it only reports those that are out of date. */
async function main(root: string, isCheck: boolean): Promise<number> {
  const files = await generatedFiles(root);
  const leftovers = findLeftovers(root, files);
  const changed = [...files].filter(([path, content]) => readIfPresent(join(root, path)) !== content);
  const changedPaths = changed.map(([path]) => path);
  if (isCheck) {
    const outdated = [...changedPaths, ...leftovers];
    if (outdated.length === 0) return 0;
    console.error(`Out of date: ${listPaths(outdated)}. Run \`npm run generate\` and commit the result.`);
    return 1;
  }
  for (const [path, content] of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  for (const path of leftovers) rmSync(join(root, path));
  if (leftovers.length > 0) console.log(`Removed ${listPaths(leftovers)}.`);
  console.log(changed.length === 0 ? "All generated files are up to date." : `Wrote ${listPaths(changedPaths)}.`);
  return 0;
}

function listPaths(paths: readonly string[]): string {
  const more = paths.length > maxListed ? `, and ${paths.length - maxListed} more` : "";
  return paths.slice(0, maxListed).join(", ") + more;
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

try {
  process.exitCode = await main(join(import.meta.dirname, "../.."), process.argv.includes("--check"));
} catch (error) {
  if (!(error instanceof DocumentError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
