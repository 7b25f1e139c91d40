import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";

const dist = join(import.meta.dirname, "../dist");

test("what the browser loads of the console is at most 90 KB, compressed", () => {
  const files = ["index.html", "console.css", "console.js"].map((name) => readFileSync(join(dist, "console", name)));
  expect(files.reduce((sum, file) => sum + gzipSync(file).length, 0)).toBeLessThanOrEqual(90 * 1024);
});

/** The modules of the package that a process loads which asks a mock for some paths, as V8 reports them. */
function modulesLoadedFor(paths: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "loaded-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = `
    const { createMock } = await import(${JSON.stringify(pathToFileURL(join(dist, "mock/index.js")).href)});
    const mock = createMock();
    for (const path of ${JSON.stringify(paths)}) {
      const { ok } = await mock.fetch("http://localhost" + path, { headers: { authorization: "Bearer sk_test_demo" } });
      if (!ok) throw new Error(path);
    }
    mock.close();`;
  execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    env: { ...process.env, NODE_V8_COVERAGE: folder },
  });
  const reports = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  return reports.flatMap((report) => JSON.parse(report).result.map(({ url }: { url: string }) => url)).join("\n");
}

test("the console and the widget's script are loaded when somebody asks for them, and not before", () => {
  const parts = /chunks\/(console-answer|widget-script)-/g;
  const partsLoadedFor = (...paths: string[]) => modulesLoadedFor(paths).match(parts) ?? [];
  expect(partsLoadedFor("/api/v1/widgets", "/_mock/health", "/")).toEqual([]);
  expect(partsLoadedFor("/_mock/console/")).toEqual(["chunks/console-answer-"]);
  expect(partsLoadedFor("/widget.js")).toEqual(["chunks/widget-script-"]);
});
