import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fillMarkdownFiles, fillTables, markdownTable } from "./markdown-tables.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "widgets-mock-tables-"));
  mkdirSync(join(root, "docs"));
  writeFileSync(join(root, "README.md"), "# No table here\n");
});
afterEach(() => rmSync(root, { recursive: true }));

const marked = (name: string, content = "old") =>
  `Before.\n<!-- generated: ${name} -->\n${content}\n<!-- /generated -->\nAfter.\n`;

test("fills the tables of README.md and of every page of docs", () => {
  writeFileSync(join(root, "README.md"), marked("hosts"));
  writeFileSync(join(root, "docs/mock.md"), marked("flags") + marked("hosts"));
  writeFileSync(join(root, "docs/plain.md"), "No table.\n");
  const files = fillMarkdownFiles(root, { hosts: "| new |", flags: "`$1` | $&" });
  expect([...files.keys()]).toEqual(["README.md", "docs/mock.md"]);
  expect(files.get("README.md")).toBe(marked("hosts", "| new |"));
  expect(files.get("docs/mock.md")).toBe(marked("flags", "`$1` | $&") + marked("hosts", "| new |"));
});

test("rejects a table that no file has", () => {
  writeFileSync(join(root, "docs/mock.md"), marked("flags"));
  expect(() => fillMarkdownFiles(root, { flags: "", hosts: "" })).toThrow(
    'README.md and docs/ is invalid:\n  no file has the markers of the generated table "hosts"',
  );
});

test("rejects an unknown table, with the file and the known ones", () => {
  writeFileSync(join(root, "docs/mock.md"), marked("flgs"));
  expect(() => fillMarkdownFiles(root, { flags: "" })).toThrow(
    'docs/mock.md is invalid:\n  unknown generated table "flgs"; the tables are flags',
  );
});

test.each([
  ["that is not closed", "<!-- generated: flags -->\nold\n"],
  ["inside another", `<!-- generated: flags -->\n${marked("flags")}`],
  ["that is closed twice", `${marked("flags")}<!-- /generated -->\n`],
])("rejects a table %s", (_, text) => {
  expect(() => fillTables(text, { flags: "new" }, "a.md")).toThrow("needs its own `<!-- /generated -->`");
});

test("escapes what would end a cell", () => {
  expect(markdownTable(["Flag", "Value"], [["`--crawl`", "a|b"]])).toBe(
    "| Flag | Value |\n|---|---|\n| `--crawl` | a\\|b |",
  );
});
