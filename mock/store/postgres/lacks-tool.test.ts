import { expect, test, vi } from "vitest";
import { lacksTool } from "./lacks-tool.test-helper.ts";

test("tests of a tool that is missing are skipped with a word, but for CI", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  expect(lacksTool("PostgreSQL", false, { CI: "true" })).toBe(false);
  expect(lacksTool("PostgreSQL", true, {})).toBe(false);
  expect(warn).not.toHaveBeenCalled();
  expect(lacksTool("PostgreSQL", false, {})).toBe(true);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining("PostgreSQL is missing"));
  warn.mockRestore();
});
