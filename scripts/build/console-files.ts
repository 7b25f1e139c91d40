import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { pageFileNames } from "../../proxy/page-files.ts";

/**
 * Takes a module that holds the files of the console in the place of the one that reads them, so that they are found
 * wherever the bundle stands, as CommonJS too. It is loaded when the console is first opened.
 */
export function consoleFiles(dist: string): Plugin {
  return {
    name: "console-files",
    setup(build) {
      const folder = join(dist, "console");
      const textOf = (names: readonly string[]) => {
        const files = names.map((name) => [name, readFileSync(join(folder, name), "utf8")]);
        return JSON.stringify(JSON.stringify(Object.fromEntries(files)));
      };
      build.onLoad({ filter: /[/\\]mock[/\\]console[/\\]console-files\.ts$/ }, () => {
        const text = textOf(readdirSync(folder).filter((name) => !name.startsWith("watch.")));
        return { contents: `export const readConsoleFiles = () => JSON.parse(${text});`, loader: "js" };
      });
      build.onLoad({ filter: /[/\\]proxy[/\\]page-files\.ts$/ }, () => {
        const text = textOf(pageFileNames);
        return { contents: `export const readPageFiles = () => JSON.parse(${text});`, loader: "js" };
      });
    },
  };
}
