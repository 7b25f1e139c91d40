import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DocumentError } from "./document-error.ts";
import { outputs } from "./outputs.ts";

/** `npm run generate` writes what is generated from the documents; with `--check` it only tells what is stale. */
async function main(root: string, check: boolean): Promise<number> {
  const stale: string[] = [];
  for (const [path, content] of await outputs(root)) {
    const file = join(root, path);
    if (read(file) === content) continue;
    stale.push(path);
    if (check) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  if (!check) {
    console.log(stale.length === 0 ? "Everything generated was fresh." : `Wrote ${stale.join(", ")}.`);
    return 0;
  }
  if (stale.length === 0) return 0;
  console.error(`Stale: ${stale.join(", ")}. Run \`npm run generate\` and commit what it writes.`);
  return 1;
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
