import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DocumentError } from "./document-error.ts";
import { generatedFiles } from "./generated-files.ts";
import { leftovers } from "./leftovers.ts";

/** More names than these tell nobody anything. */
const mostNamed = 12;

/** `npm run generate` writes what is generated from the documents; with `--check` it only tells what is stale. */
async function main(root: string, check: boolean): Promise<number> {
  const stale: string[] = [];
  const files = await generatedFiles(root);
  for (const [path, content] of files) {
    const file = join(root, path);
    if (read(file) === content) continue;
    stale.push(path);
    if (check) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const left = leftovers(root, files);
  if (!check) {
    for (const path of left) rmSync(join(root, path));
    if (left.length > 0) console.log(`Removed ${named(left)}.`);
    console.log(stale.length === 0 ? "Everything generated was fresh." : `Wrote ${named(stale)}.`);
    return 0;
  }
  stale.push(...left);
  if (stale.length === 0) return 0;
  console.error(`Stale: ${named(stale)}. Run \`npm run generate\` and commit what it writes.`);
  return 1;
}

function named(paths: readonly string[]): string {
  const more = paths.length > mostNamed ? `, and ${paths.length - mostNamed} more` : "";
  return paths.slice(0, mostNamed).join(", ") + more;
}

function read(file: string): string | undefined {
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
