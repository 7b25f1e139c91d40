import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PageRun } from "./page-run.ts";
import { readPages } from "./pages.ts";
import type { Snippet } from "./read-snippets.ts";
import { type SnippetFolder, snippetFolder } from "./snippet-folder.ts";

const root = join(import.meta.dirname, "../..");

let folder: SnippetFolder;
beforeAll(() => {
  folder = snippetFolder(root);
}, 300_000);
afterAll(() => folder?.remove(), 300_000);

// A page may be of words and tables alone.
const pages = readPages(root).filter(({ snippets }) => snippets.length > 0);

describe.each(pages)("$path", ({ path, snippets }) => {
  let page: PageRun;
  beforeAll(() => {
    const name = path.replace(/^docs\//, "").replace(/\.md$/, "");
    page = new PageRun({ folder: folder.pageFolder(name), root, env: folder.env });
  });
  afterAll(() => page?.end());

  for (const snippet of snippets) {
    const title = `line ${snippet.line}, ${snippet.language}: ${snippet.text.split("\n")[0]}`;
    const reason = snippet.notRun ?? missingTool(snippet);
    if (reason === undefined) test(title, () => page.run(snippet));
    else test.skip(`${title} (${reason})`);
  }
});

test("the TypeScript of all pages fits the package's types", () => {
  expect(typeErrors()).toBe("");
});

function typeErrors(): string {
  writeFileSync(join(folder.path, "package.json"), JSON.stringify({ private: true, type: "module" }));
  try {
    execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."], {
      cwd: folder.path,
      encoding: "utf8",
      stdio: "pipe",
    });
    return "";
  } catch (error) {
    return String((error as { stdout: string }).stdout);
  }
}

/** Languages that a developer's machine may lack; in CI each of them is installed. */
function missingTool({ language, text }: Snippet): string | undefined {
  if (process.env["CI"]) return undefined;
  if (language === "go" || /\bgo (?:test|run)\b/.test(text)) return isInstalled("go version") ? undefined : "needs Go";
  if (/-m pytest\b/.test(text)) return isInstalled("python3 -m pytest --version") ? undefined : "needs pytest";
  return language === "python" && !isInstalled("python3 --version") ? "needs Python" : undefined;
}

function isInstalled(probe: string): boolean {
  try {
    execFileSync("bash", ["-c", probe], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
