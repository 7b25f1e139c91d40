import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";
import { servingModule } from "./serve-apart.ts";

/**
 * Puts all that the bin loads before it serves into one file: each further one takes a millisecond, however small it is.
 * Without it, what modules that are loaded later share with the start would be in as many files as there are ways to share.
 */
export function startInOne(root: string): Plugin {
  const start = JSON.stringify(join(root, `${servingModule}.ts`));
  return {
    name: "start-in-one",
    setup(build) {
      build.onResolve({ filter: /^\.\.?\// }, async ({ path, kind, resolveDir, importer }) => {
        if (kind !== "dynamic-import") return undefined;
        const found = await build.resolve(path, { kind: "import-statement", resolveDir, importer });
        return { path: found.path, namespace: "loaded-later", errors: found.errors };
      });
      // What is loaded later has all of the start, and so shares all of it.
      build.onLoad({ filter: /.*/, namespace: "loaded-later" }, ({ path }) => ({
        contents: `export * from ${JSON.stringify(path)};\nexport * as start from ${start};`,
        resolveDir: dirname(path),
      }));
    },
  };
}
