import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transform } from "esbuild";
import { globSync } from "tinyglobby";
import { libraryEntries } from "./library-entries.ts";

/**
 * Writes the modules of `dist/` again as CommonJS, file by file, to `dist/cjs/`: for Jest, and for whatever else cannot
 * load ES modules. Files stay shared, so that a class is the same one from every entry.
 * @param imports the modules that each file imports, by paths from `dist/`
 */
export async function writeCommonJs(dist: string, imports: ReadonlyMap<string, readonly string[]>): Promise<void> {
  for (const file of reachableFrom(
    libraryEntries.map((entry) => `${entry}.js`),
    imports,
  )) {
    const { code } = await transform(readFileSync(join(dist, file), "utf8"), {
      format: "cjs",
      platform: "node",
      target: "node20.19",
      // Jest has no import() without a flag of Node's.
      supported: { "dynamic-import": false },
      minifyWhitespace: true,
    });
    write(join(dist, "cjs", file), code);
  }
  write(join(dist, "cjs/package.json"), JSON.stringify({ type: "commonjs" }));
}

/** Copies the type declarations, which are of CommonJS modules where they stand. */
export function copyDeclarations(dist: string): void {
  for (const file of globSync("**/*.d.ts", { cwd: dist, ignore: ["cjs/**"] })) {
    mkdirSync(dirname(join(dist, "cjs", file)), { recursive: true });
    cpSync(join(dist, file), join(dist, "cjs", file));
  }
}

/** The files themselves, and all that they import. */
function reachableFrom(files: readonly string[], imports: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set(files);
  for (const file of reached) for (const imported of imports.get(file) ?? []) reached.add(imported);
  return reached;
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
