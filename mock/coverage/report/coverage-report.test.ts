import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { clientOf, widgets } from "../../api-client.test-helper.ts";
import { checkedMock } from "../../checked-mock.test-helper.ts";
import { type ApiCoverage, mergeCoverage, summarizeCoverage, withoutItems } from "../coverage.ts";
import { publishCoverage, readCoverage, writeCoverage } from "./coverage-files.ts";
import { coverageText } from "./coverage-text.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "widgets-coverage-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

async function coverageAfter(...paths: string[]): Promise<ApiCoverage> {
  const mock = checkedMock();
  for (const path of paths) await clientOf(mock).get(path);
  return mock.coverage.get();
}

const hostile = summarizeCoverage(
  [{ kind: "page", id: "page <b>", says: '<script>alert(1)</script> & "quotes"\u001b[31m', count: 0, disregarded: 2 }],
  ["<i>"],
);

test("the report of a folder is read and merged again as it was written", async () => {
  const root = folder();
  const [one, two] = [await coverageAfter(widgets), await coverageAfter(`${widgets}/wgt_x`)];
  writeCoverage(join(root, "job-1"), one);
  writeCoverage(join(root, "deep", "job-2"), two);
  const merged = mergeCoverage(readCoverage([root]));
  expect(merged.met).toBe(mergeCoverage([one, two]).met);
  expect(readCoverage([join(root, "job-1", "coverage.json")])).toEqual([one]);
});

test("what is no coverage is rejected, with its file", () => {
  const root = folder();
  expect(() => readCoverage([root])).toThrow(`${root} has no coverage.json`);
  expect(() => readCoverage([join(root, "nothing")])).toThrow("there is no");
  mkdirSync(join(root, "job"));
  const file = join(root, "job", "coverage.json");
  for (const text of ["{", "null", "[]", '{"format":2}', '{"format":1,"dialects":[],"items":[{"id":1}]}']) {
    writeFileSync(file, text);
    expect(() => readCoverage([root]), text).toThrow(file);
  }
});

test("the page needs no script, and shows what it is given as text", () => {
  const root = folder();
  writeCoverage(root, hostile);
  const page = readFileSync(join(root, "coverage.html"), "utf8");
  expect(page).toContain("default-src &#39;none&#39;");
  expect(page).not.toMatch(/<script|<i>|page <b>/);
  expect(page).toContain("&lt;script&gt;");
  expect(page).toContain("disregarded 2 ×");
});

test("a terminal is told the counts, what to do and how, without characters that steer it", async () => {
  const text = coverageText(await coverageAfter(widgets));
  expect(text).toMatch(/^Coverage: \d+ of \d+ items were met, \d+(\.\d)? %\.\n {2}operation +1 of 12\n/);
  expect(text).toContain("\nYour tests never saw\n  - a failed crawl, from draft-crawling to draft-failed\n");
  expect(text).toContain("  How: List with a small `limit`");
  expect(coverageText(hostile)).not.toContain("\u001b");
});

test("on GitHub the summary of the step gets the list, elsewhere nothing", async () => {
  const summary = join(folder(), "summary.md");
  const coverage = await coverageAfter(widgets);
  publishCoverage(coverage, { GITHUB_STEP_SUMMARY: summary });
  expect(() => readFileSync(summary)).toThrow();
  publishCoverage(coverage, { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary });
  expect(readFileSync(summary, "utf8")).toMatch(
    /## Coverage of the Widgets API[\s\S]+\| operation \| 1 \| 12 \|[\s\S]+- a second page of listWidgets/,
  );
});

test("items that a client does not use are left out of all counts", async () => {
  const whole = await coverageAfter(widgets);
  const kept = withoutItems(whole, ["* 500", "assumption *", "operation sendMessage"]);
  expect(kept.items.some(({ status, kind }) => status === 500 || kind === "assumption")).toBe(false);
  expect(kept.of).toBeLessThan(whole.of);
  expect(kept.todo.flatMap(({ items }) => items)).not.toContain("operation sendMessage");
});
