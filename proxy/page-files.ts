import { readFileSync } from "node:fs";

/** The files of the live page, by their names. */
export const pageFileNames = ["watch.html", "watch.js", "watch.css", "console.css", "icon.svg"] as const;

/** The files by their names, as text. */
export type PageFiles = { readonly [name: string]: string };

/**
 * Reads the files of the live page, which `npm run build` makes. In the package a module that holds them takes the place of
 * this one (`scripts/build/console-files.ts`).
 */
export function readPageFiles(): PageFiles {
  const folder = new URL("../dist/console/", import.meta.url);
  return Object.fromEntries(pageFileNames.map((name) => [name, readFileSync(new URL(name, folder), "utf8")]));
}
