import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeFolder } from "./make-folder.ts";

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("a folder is made with those above it, and may be there", () => {
  const folder = join(emptyFolder(), "a", "b");
  makeFolder(folder, 0o700);
  makeFolder(folder);
  expect(statSync(join(folder, "..")).mode & 0o777).toBe(0o700);
});

test("a file in its place, or in its way, is an error", () => {
  const file = join(emptyFolder(), "file");
  writeFileSync(file, "");
  expect(() => makeFolder(file)).toThrow(expect.objectContaining({ code: "EEXIST" }));
  expect(() => makeFolder(join(file, "folder"))).toThrow(expect.objectContaining({ code: "ENOTDIR" }));
});

test.runIf(existsSync("/proc/self"))("a file system that takes no folders is an error, and no endless try", () => {
  expect(() => makeFolder("/proc/widgets-mock/folder")).toThrow(expect.objectContaining({ code: "ENOENT" }));
});
