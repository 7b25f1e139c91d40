import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ledgerIn } from "./act/ledger.ts";
import { writeFiles } from "./report/report-files.ts";

function folders() {
  const root = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const [folder, outside] = [join(root, "report"), join(root, "outside")];
  for (const each of [folder, outside]) mkdirSync(each);
  writeFileSync(join(outside, "precious.txt"), "precious");
  return { folder, outside, precious: () => readFileSync(join(outside, "precious.txt"), "utf8") };
}

test("a report and its ledger replace links in their folder, and do not follow them", () => {
  const { folder, outside, precious } = folders();
  for (const name of ["report.html", "ledger.jsonl"]) symlinkSync(join(outside, "precious.txt"), join(folder, name));
  ledgerIn(folder).gone("wgt_1");
  writeFiles(folder, { "report.html": "new", "replay/PAUSE-4.json": "{}" });
  expect(precious()).toBe("precious");
  expect(readFileSync(join(folder, "report.html"), "utf8")).toBe("new");
  expect(readFileSync(join(folder, "ledger.jsonl"), "utf8")).toContain("wgt_1");
});

test("a report is not written through a linked folder", () => {
  const { folder, outside } = folders();
  symlinkSync(outside, join(folder, "replay"));
  expect(() => writeFiles(folder, { "replay/PAUSE-4.json": "{}" })).toThrow(/replay is a symbolic link; remove it/);
  expect(existsSync(join(outside, "PAUSE-4.json"))).toBe(false);
});
