import { readFileSync } from "node:fs";
import { join } from "node:path";

function read(name: string): string {
  return readFileSync(join(import.meta.dirname, "page", name), "utf8");
}

/** The files of the page, by the paths at which a server serves them. */
export const pageFiles = { "/index.html": read("index.html"), "/page.js": read("page.js") } as const;
