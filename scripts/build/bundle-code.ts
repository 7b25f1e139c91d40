import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { fastStart } from "./fast-start.ts";
import { browserEntries, neutralEntries, nodeEntries } from "./library-entries.ts";
import { slimUndici } from "./slim-undici.ts";

/** Options of every bundle. */
const common = {
  bundle: true,
  splitting: true,
  format: "esm",
  // Tests run in the user's own copy of these.
  external: ["vitest", "msw"],
  // Its main is UMD, whose requires a bundler does not see.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
  chunkNames: "chunks/[name]-[hash]",
  plugins: [fastStart, slimUndici],
  // Less to parse at the start; names stay readable in a bug's stack.
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  logLevel: "warning",
} as const satisfies BuildOptions;

/**
 * Bundles the code and its libraries into a few files that share chunks: the bin, the modules for Node, those for a
 * browser, and those for both.
 * @returns the files that were read, and those of which something is in the bundle, by their paths from `root`
 */
export async function bundleCode(
  root: string,
  dist: string,
): Promise<{ readonly read: readonly string[]; readonly bundled: readonly string[] }> {
  const forNode = build({
    ...common,
    absWorkingDir: root,
    entryPoints: filesOf([...nodeEntries, "cli/widgets-mock"]),
    outdir: dist,
    platform: "node",
    target: "node20.19",
    // For the CommonJS libraries in the bundle. The name is our own, as libraries import `createRequire` too.
    banner: {
      js: 'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);',
    },
  });
  const forBrowsers = build({
    ...common,
    absWorkingDir: root,
    entryPoints: filesOf(browserEntries),
    outdir: join(dist, "browser"),
    platform: "browser",
    target: "es2023",
  });
  const forBoth = build({
    ...common,
    absWorkingDir: root,
    entryPoints: filesOf(neutralEntries),
    outdir: dist,
    platform: "neutral",
    mainFields: ["module", "main"],
    target: ["es2023", "node20.19"],
    // Arbitraries are combined with the user's own, so they come from the user's own copy.
    external: ["fast-check"],
  });
  const metafiles = (await Promise.all([forNode, forBrowsers, forBoth])).map(({ metafile }) => metafile);
  copyFileSync(join(root, "spec/generated/openapi.json"), join(dist, "openapi.json"));
  copyFileSync(join(root, "cli/generated/config.schema.json"), join(dist, "config.schema.json"));
  return {
    read: filesAmong(metafiles.flatMap(({ inputs }) => Object.keys(inputs))),
    bundled: filesAmong(
      metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs))),
    ),
  };
}

/** Without what a plugin made up, such as `no-http2:http2`. */
function filesAmong(inputs: readonly string[]): string[] {
  return [...new Set(inputs)].filter((path) => !path.includes(":")).sort();
}

function filesOf(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`]));
}
