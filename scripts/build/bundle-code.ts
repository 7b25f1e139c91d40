import { copyFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { browserModules } from "./browser-modules.ts";
import { bundleConsole } from "./bundle-console.ts";
import { writeCommonJs } from "./common-js.ts";
import { consoleFiles } from "./console-files.ts";
import { fastStart } from "./fast-start.ts";
import { importBuiltins } from "./import-builtins.ts";
import { browserEntries, neutralEntries, nodeEntries } from "./library-entries.ts";
import { serveApart, servingModule } from "./serve-apart.ts";
import { slimPackages } from "./slim-packages.ts";
import { startInOne } from "./start-in-one.ts";

/** Options of every bundle. */
const common = {
  bundle: true,
  splitting: true,
  format: "esm",
  // Tests run in the user's own copy of these, and databases are reached with it.
  external: ["@playwright/test", "vitest", "msw", "pg"],
  // Its main is UMD, whose requires a bundler does not see.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
  chunkNames: "chunks/[name]-[hash]",
  plugins: [fastStart, slimPackages],
  // Less to parse at the start; names stay readable in a bug's stack.
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  logLevel: "warning",
} as const satisfies BuildOptions;

/**
 * Bundles the code and its libraries into a few files that share chunks: the bin, the modules for Node, those for a
 * browser, those for both, CommonJS, and the web console. What the bin serves with is a bundle of its own.
 * @returns the files that were read, and those of which something is in the bundle, by their paths from `root`
 */
export async function bundleCode(
  root: string,
  dist: string,
): Promise<{ readonly read: readonly string[]; readonly bundled: readonly string[] }> {
  const ofConsole = await bundleConsole(root, dist);
  const forNode = optionsForNode(root, dist);
  const modules = build({
    ...forNode,
    entryPoints: filesOf([...nodeEntries, "cli/widgets-mock"]),
    plugins: [...forNode.plugins, serveApart],
  });
  const serve = build({
    ...forNode,
    entryPoints: filesOf([servingModule]),
    plugins: [...forNode.plugins, startInOne(root)],
  });
  const forBrowsers = build({
    ...common,
    absWorkingDir: root,
    entryPoints: filesOf(browserEntries),
    outdir: join(dist, "browser"),
    platform: "browser",
    target: "es2023",
    plugins: [...common.plugins, browserModules],
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
  const ofCode = (await Promise.all([modules, serve, forBrowsers, forBoth])).map(({ metafile }) => metafile);
  const metafiles = [...ofCode, ofConsole];
  const outputs = metafiles.flatMap((metafile) => Object.entries(metafile.outputs));
  await writeCommonJs(dist, importsOf(outputs, relative(root, dist)));
  copyFileSync(join(root, "spec/generated/openapi.json"), join(dist, "openapi.json"));
  copyFileSync(join(root, "cli/generated/config.schema.json"), join(dist, "config.schema.json"));
  copyFileSync(join(root, "contract-tests/report/generated/report.schema.json"), join(dist, "report.schema.json"));
  return {
    read: filesAmong(metafiles.flatMap(({ inputs }) => Object.keys(inputs))),
    bundled: filesAmong(outputs.flatMap(([, { inputs }]) => Object.keys(inputs))),
  };
}

/** Options of the bundles for Node. */
function optionsForNode(root: string, dist: string) {
  const plugins = [...common.plugins, importBuiltins, consoleFiles(dist)];
  return { ...common, absWorkingDir: root, outdir: dist, platform: "node" as const, target: "node20.19", plugins };
}

/** Bundles the bin without what shares no code with it, and says in source maps where each line comes from. */
export async function bundleForProfile(root: string, dist: string): Promise<void> {
  await bundleConsole(root, dist);
  await build({ ...optionsForNode(root, dist), entryPoints: filesOf(["cli/widgets-mock"]), sourcemap: true });
}

/** The files that each file of the bundle imports, by paths from `dist`. */
function importsOf(
  outputs: readonly (readonly [string, Metafile["outputs"][string]])[],
  dist: string,
): ReadonlyMap<string, readonly string[]> {
  const own = ({ external = false }) => !external;
  return new Map(
    outputs.map(([file, { imports }]) => [
      relative(dist, file),
      imports.filter(own).map(({ path }) => relative(dist, path)),
    ]),
  );
}

/** Without what a plugin made up, such as `no-http2:http2`. */
function filesAmong(inputs: readonly string[]): string[] {
  return [...new Set(inputs)].filter((path) => !path.includes(":")).sort();
}

function filesOf(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`]));
}
