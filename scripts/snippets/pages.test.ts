import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { lexer, type Token, walkTokens } from "marked";
import { globSync } from "tinyglobby";
import { describe, expect, test } from "vitest";
import { readPages } from "./pages.ts";

const root = join(import.meta.dirname, "../..");
const texts = Object.fromEntries(
  globSync(["*.md", "docs/*.md", "{contract-tests,fixtures}/README.md", "examples/*/README.md"], { cwd: root }).map(
    (path) => [path, readFileSync(join(root, path), "utf8")],
  ),
);

describe.each(Object.entries(texts))("%s", (path, markdown) => {
  test("has links that lead somewhere", () => {
    const dead = linksOf(markdown).filter((link) => !leadsSomewhere(path, link));
    expect(dead).toEqual([]);
  });

  test("names files that exist", () => {
    const missing = filesNamedIn(markdown).filter((file) => !existsSync(join(root, file)));
    expect(missing).toEqual([]);
  });
});

test("every code block is of a language that the runner of snippets knows", () => {
  expect(readPages(root).flatMap(({ snippets }) => snippets).length).toBeGreaterThan(0);
});

test("README.md links to nothing but what the package holds", () => {
  const readme = texts["README.md"] ?? "";
  const missing = linksOf(readme).filter((link) => !/^(https?:|#|docs\/|CHANGELOG\.md|LICENSE)/.test(link));
  expect(missing).toEqual([]);
});

test("README.md has at most 150 lines", () => {
  const lines = texts["README.md"]?.trimEnd().split("\n").length;
  expect(lines).toBeLessThanOrEqual(150);
});

const inRepository = /^(?:\.ci|cli|console|contract-tests|docs|examples|fixtures|mock|scripts|spec)\/[\w./-]*$/;

function linksOf(markdown: string): string[] {
  const links: string[] = [];
  walkTokens(lexer(markdown), (token: Token) => {
    if (token.type === "link" || token.type === "image") links.push(token["href"]);
    return [];
  });
  return links;
}

function leadsSomewhere(page: string, link: string): boolean {
  if (/^https?:/.test(link)) return true;
  const [file = "", anchor] = link.split("#");
  const path = file === "" ? page : join(dirname(page), file);
  if (!existsSync(join(root, path))) return false;
  if (anchor === undefined) return true;
  return anchorsOf(texts[path] ?? "").includes(anchor);
}

/** The paths of this repository between backticks; a name in angle brackets or a wildcard is none. */
function filesNamedIn(markdown: string): string[] {
  const files: string[] = [];
  walkTokens(lexer(markdown), (token: Token) => {
    if (token.type === "codespan" && inRepository.test(token["text"])) files.push(token["text"]);
    return [];
  });
  return files;
}

/** The anchors that GitHub gives to headings. */
function anchorsOf(markdown: string): string[] {
  return lexer(markdown)
    .filter((token) => token.type === "heading")
    .map((token) => ("text" in token ? token.text : ""))
    .map((text) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );
}
