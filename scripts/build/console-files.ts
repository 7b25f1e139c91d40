import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";

/**
 * Takes a module that holds the files of the console in the place of the one that reads them, so that they are found
 * wherever the bundle stands, as CommonJS too. It is loaded when the console is first opened.
 */
export function consoleFiles(dist: string): Plugin {
  return {
    name: "console-files",
    setup(build) {
      build.onLoad({ filter: /[/\\]mock[/\\]console[/\\]console-files\.ts$/ }, () => {
        const folder = join(dist, "console");
        const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]);
        const text = JSON.stringify(JSON.stringify(Object.fromEntries(files)));
        return { contents: `export const readConsoleFiles = () => JSON.parse(${text});`, loader: "js" };
      });
    },
  };
}
