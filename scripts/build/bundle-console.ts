import { join } from "node:path";
import { build, type Metafile } from "esbuild";

/**
 * Bundles the web console, the live page of the proxy and the demo site: pages, scripts and style sheets.
 * @returns what was read and written
 */
export async function bundleConsole(root: string, dist: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [
      { in: "console/main.tsx", out: "console" },
      { in: "console/console.css", out: "console" },
      { in: "console/index.html", out: "index" },
      { in: "console/icon.svg", out: "icon" },
      { in: "console/watch/main.tsx", out: "watch" },
      { in: "console/watch/watch.css", out: "watch" },
      { in: "console/watch/watch.html", out: "watch" },
      { in: "console/demo/main.tsx", out: "demo" },
      { in: "console/demo/demo.css", out: "demo" },
      { in: "console/demo/demo.html", out: "demo" },
      { in: "console/demo/site.ts", out: "site" },
      { in: "console/demo/site.css", out: "site" },
      { in: "console/demo/site.html", out: "site" },
    ],
    outdir: join(dist, "console"),
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    loader: { ".html": "copy", ".svg": "copy" },
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}
