import { readdirSync, readFileSync } from "node:fs";

/** The files of the console by their names, as text. */
export type ConsoleFiles = { readonly [name: string]: string };

/**
 * Reads the files of the console, which `npm run build` makes. In the package a module that holds them takes the place of
 * this one (`scripts/build/console-files.ts`).
 */
export function readConsoleFiles(): ConsoleFiles {
  const folder = new URL("../../dist/console/", import.meta.url);
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), "utf8")]));
}
