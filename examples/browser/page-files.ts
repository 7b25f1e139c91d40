import { readFileSync } from "node:fs";
import { join } from "node:path";

function read(name: string): string {
  return readFileSync(join(import.meta.dirname, "page", name), "utf8");
}

/** The page, from the paths that a server gives it to what is in the files. */
export const pageFiles = { "/index.html": read("index.html"), "/page.js": read("page.js") } as const;
