import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DocumentError } from "../../spec/checks/document-error.ts";

/** Generated Markdown by the name in its markers: `<!-- generated: name -->…<!-- /generated -->`. */
export type MarkdownTables = Readonly<Record<string, string>>;

/**
 * Fills the tables of README.md and docs/*.md.
 * @returns the text of every file that has a table, by its path
 * @throws DocumentError for a marker without a table, a table without a marker, or a marker that is not closed
 */
export function fillMarkdownFiles(root: string, tables: MarkdownTables): Map<string, string> {
  const files = new Map<string, string>();
  const unused = new Set(Object.keys(tables));
  for (const path of markdownFiles(root)) {
    const text = readFileSync(join(root, path), "utf8");
    const names = tableNames(text);
    if (names.length > 0) files.set(path, fillTables(text, tables, path));
    for (const name of names) unused.delete(name);
  }
  if (unused.size > 0) {
    const issues = [...unused].map((name) => `no file has the markers of the generated table "${name}"`);
    throw new DocumentError("README.md and docs/", issues);
  }
  return files;
}

/**
 * Replaces what stands between the markers of each table.
 * @throws DocumentError for a marker without a table, or one that is not closed
 */
export function fillTables(text: string, tables: MarkdownTables, path: string): string {
  const unknown = tableNames(text).filter((name) => !Object.hasOwn(tables, name));
  if (unknown.length > 0) {
    throw new DocumentError(
      path,
      unknown.map((name) => unknownTable(name, Object.keys(tables))),
    );
  }
  const filled = text.replaceAll(
    /(<!-- generated: (.+?) -->)(?:(?!<!-- generated: )[\s\S])*?(<!-- \/generated -->)/g,
    (_, begin: string, name: string, end: string) => `${begin}\n${tables[name]}\n${end}`,
  );
  const closed = filled.split("<!-- /generated -->").length - 1;
  if (closed !== tableNames(filled).length) {
    throw new DocumentError(path, ["every `<!-- generated: name -->` needs its own `<!-- /generated -->`"]);
  }
  return filled;
}

/** A table in Markdown; `|` in a cell is escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** A text as code in Markdown. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** The Markdown files below a root that may have generated tables. */
function markdownFiles(root: string): string[] {
  const folder = join(root, "docs");
  const pages = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".md")) : [];
  return ["README.md", ...pages.sort().map((file) => `docs/${file}`)];
}

function tableNames(text: string): string[] {
  return [...text.matchAll(/<!-- generated: (.+?) -->/g)].map(([, name = ""]) => name);
}

function unknownTable(name: string, known: readonly string[]): string {
  return `unknown generated table "${name}"; the tables are ${known.join(", ")}`;
}
