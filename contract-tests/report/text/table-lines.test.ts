import { expect, test } from "vitest";
import { tableLines } from "./table-lines.ts";

test("a table that fits has a line for each row, its columns under each other", () => {
  expect(
    tableLines(
      [
        ["12 ×", "A-AUTH-1", "as assumed"],
        ["1 ×", "A-LIST-10", "not observed"],
      ],
      100,
    ),
  ).toEqual(["  12 ×  A-AUTH-1   as assumed", "  1 ×   A-LIST-10  not observed"]);
});

test("where it does not fit, its widest columns are broken between words, and no line is longer", () => {
  const lines = tableLines(
    [["12 ×", "A-ERR-1", "Errors are problem details (RFC 9457)", "listWidgets, createWidget"]],
    60,
  );
  expect(lines).toEqual([
    "  12 ×  A-ERR-1  Errors are problem    listWidgets,",
    "                 details (RFC 9457)    createWidget",
  ]);
  expect(tableLines([["x".repeat(100), "y"]], 40).every(({ length }) => length <= 40)).toBe(true);
});
