import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";

/** Where a text stops being JSON, counted from 1, and why. */
export interface JsonSyntaxError {
  readonly line: number;
  readonly column: number;
  /** In words, such as "comma expected". */
  readonly problem: string;
}

/** Finds where a text that JSON.parse rejects stops being JSON. */
export function findJsonError(text: string): JsonSyntaxError {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const { offset = 0, error } = errors[0] ?? {};
  const lines = text.slice(0, offset).split("\n");
  const problem = error === undefined ? "invalid text" : inWords(printParseErrorCode(error));
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, problem };
}

/** Says where a file that JSON.parse rejects stops being JSON. */
export function describeJsonError(file: string, text: string): string {
  const { line, column, problem } = findJsonError(text);
  return `${file} is not JSON, at line ${line}, column ${column}: ${problem}`;
}

/** `CommaExpected` as "comma expected". */
function inWords(code: string): string {
  return code.replaceAll(/\B[A-Z]/g, " $&").toLowerCase();
}
