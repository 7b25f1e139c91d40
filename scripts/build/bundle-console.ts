import { join } from "node:path";
import { build, type Metafile } from "esbuild";

/**
 * Bundles the web console: `index.html`, a script and a style sheet.
 * @returns what was read and written
 */
export async function bundleConsole(root: string, dist: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [
      { in: "console/main.tsx", out: "console" },
      { in: "console/console.css", out: "console" },
      { in: "console/index.html", out: "index" },
    ],
    outdir: join(dist, "console"),
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    loader: { ".html": "copy" },
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}
