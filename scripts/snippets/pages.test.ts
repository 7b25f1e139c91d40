import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { lexer, type Token, walkTokens } from "marked";
import { describe, expect, test } from "vitest";
import { pages } from "./pages.ts";

const root = join(import.meta.dirname, "../..");
const all = pages(root);

describe.each(all)("$path", ({ path, markdown }) => {
  test("has links that lead somewhere", () => {
    const dead = linksOf(markdown).filter((link) => !leadsSomewhere(path, link));
    expect(dead).toEqual([]);
  });
});

test("README.md links to nothing but what the package holds", () => {
  const readme = all.find(({ path }) => path === "README.md")?.markdown ?? "";
  const missing = linksOf(readme).filter((link) => !/^(https?:|#|docs\/|CHANGELOG\.md|LICENSE)/.test(link));
  expect(missing).toEqual([]);
});

test("README.md has at most 150 lines", () => {
  const lines = all
    .find(({ path }) => path === "README.md")
    ?.markdown.trimEnd()
    .split("\n").length;
  expect(lines).toBeLessThanOrEqual(150);
});

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
  return anchorsOf(all.find((other) => other.path === path)?.markdown ?? "").includes(anchor);
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
