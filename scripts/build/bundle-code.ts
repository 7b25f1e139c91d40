import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { leanStart } from "./lean-start.ts";
import { browserEntries, neutralEntries, nodeEntries } from "./library-entries.ts";

/** What the bundles have in common. */
const common = {
  bundle: true,
  splitting: true,
  format: "esm",
  // What the user's own tests run in is the user's own.
  external: ["vitest", "msw"],
  chunkNames: "chunks/[name]-[hash]",
  plugins: [leanStart],
  // Less to read at the start; names stay as they are, for the stack of a bug.
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  logLevel: "warning",
} as const satisfies BuildOptions;

/**
 * Bundles the code into a few files that share chunks, libraries included: a bin that starts fast, an install that is
 * one package, the mock for a page, and the fixtures for both.
 * @returns the names of the packages that went in
 */
export async function bundleCode(root: string, dist: string): Promise<string[]> {
  const forNode = await build({
    ...common,
    absWorkingDir: root,
    entryPoints: filesOf([...nodeEntries, "cli/widgets-mock"]),
    outdir: dist,
    platform: "node",
    target: "node20.19",
    // What CommonJS libraries in the bundle ask for is there to be asked.
    // By a name of our own, as libraries import the same.
    banner: {
      js: 'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);',
    },
  });
  const forPages = await build({
    ...common,
    absWorkingDir: root,
    entryPoints: filesOf(browserEntries),
    outdir: join(dist, "browser"),
    platform: "browser",
    target: "es2023",
  });
  const forBoth = await build({
    ...common,
    absWorkingDir: root,
    entryPoints: filesOf(neutralEntries),
    outdir: dist,
    platform: "neutral",
    mainFields: ["module", "main"],
    target: ["es2023", "node20.19"],
    // Arbitraries are put together with the user's own, so they are made by the user's own library.
    external: ["fast-check"],
  });
  copyFileSync(join(root, "spec/generated/openapi.json"), join(dist, "openapi.json"));
  const packages = [forNode, forPages, forBoth]
    .flatMap(({ metafile }) => Object.values(metafile.outputs))
    .flatMap(({ inputs }) => Object.keys(inputs))
    .map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(packages)].sort();
}

function filesOf(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`]));
}
