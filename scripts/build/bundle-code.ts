import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { leanStart } from "./lean-start.ts";
import { libraryEntries } from "./library-entries.ts";

/**
 * Bundles the code into a few files that share chunks, libraries included: a bin that starts fast, and an install that
 * is one package.
 * @returns the names of the packages that went in
 */
export async function bundleCode(root: string, dist: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries([...libraryEntries, "cli/widgets-mock"].map((entry) => [entry, `${entry}.ts`])),
    outdir: dist,
    bundle: true,
    splitting: true,
    format: "esm",
    // What the user's own tests run in is the user's own.
    external: ["vitest", "msw"],
    platform: "node",
    target: "node20.19",
    chunkNames: "chunks/[name]-[hash]",
    // What CommonJS libraries in the bundle ask for is there to be asked.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    plugins: [leanStart],
    // Less to read at the start; names stay as they are, for the stack of a bug.
    minifyWhitespace: true,
    minifySyntax: true,
    metafile: true,
    logLevel: "warning",
  });
  copyFileSync(join(root, "spec/generated/openapi.json"), join(dist, "openapi.json"));
  const packages = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.keys(inputs))
    .map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(packages)].sort();
}
