import { readFileSync } from "node:fs";
import { join } from "node:path";
import { globSync } from "tinyglobby";
import { readSnippets, type Snippet } from "./read-snippets.ts";

/** A Markdown page whose snippets are run. */
export interface Page {
  /** Its path from the root. */
  readonly path: string;
  readonly markdown: string;
  readonly snippets: readonly Snippet[];
}

/** Every page for users, README.md first. */
export function readPages(root: string): Page[] {
  return ["README.md", ...globSync("docs/*.md", { cwd: root }).toSorted()].map((path) => {
    const markdown = readFileSync(join(root, path), "utf8");
    try {
      return { path, markdown, snippets: readSnippets(markdown) };
    } catch (error) {
      throw new Error(`${path}: ${error instanceof Error ? error.message : error}`);
    }
  });
}
