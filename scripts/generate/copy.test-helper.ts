import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect } from "vitest";

const root = join(import.meta.dirname, "../..");
const copies: string[] = [];
afterEach(() => {
  for (const copy of copies.splice(0)) rmSync(copy, { recursive: true });
});

/** Copies the source files, and replaces one text in one of them. Returns the copy's path. */
export function copyWith(file: string, from: string, to: string): string {
  const copy = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  copies.push(copy);
  const fixtures = [
    "fixtures/by-hand.yaml",
    "fixtures/shapes.yaml",
    "fixtures/scenarios",
    "fixtures/manifest.json",
    "fixtures/README.md",
  ];
  for (const part of [
    "spec",
    "contract-tests/report/report.yaml",
    "mock/control-plane",
    "mock/store/postgres/migrations",
    "README.md",
    "docs",
    "examples/adapter",
    "console/widget",
    ...fixtures,
  ])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  expect(text, `${file} has the text to replace`).toContain(from);
  writeFileSync(path, text.replace(from, to));
  return copy;
}
