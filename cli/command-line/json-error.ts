import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";

/** Says where a text that JSON.parse rejects stops being JSON. */
export function describeJsonError(file: string, text: string): string {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const { offset = 0, error } = errors[0] ?? {};
  const lines = text.slice(0, offset).split("\n");
  const place = `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
  const problem = error === undefined ? "" : `: ${inWords(printParseErrorCode(error))}`;
  return `${file} is not JSON, at ${place}${problem}`;
}

/** `CommaExpected` as "comma expected". */
function inWords(code: string): string {
  return code.replaceAll(/\B[A-Z]/g, " $&").toLowerCase();
}
