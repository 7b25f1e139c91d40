import { expect, test } from "vitest";
import { outputMismatch } from "./compare-output.ts";
import { readSnippets } from "./read-snippets.ts";

const block = (language: string, text: string) => `\`\`\`${language}\n${text}\n\`\`\`\n`;

test("reads blocks with their lines, files and comments", () => {
  const page = `# Page\n\n${block("ts", "// tests/a.test.ts\ncode")}\n<!-- exit code: 2 -->\n${block("sh", "false")}`;
  expect(readSnippets(page)).toMatchObject([
    { line: 3, language: "ts", file: "tests/a.test.ts", exitCode: 0 },
    { line: 9, language: "sh", text: "false", exitCode: 2 },
  ]);
});

test("a comment belongs to the block right below it alone", () => {
  const page = `<!-- not run: needs GitHub -->\n${block("sh", "a")}\n<!-- server -->\n\nText.\n\n${block("sh", "b")}`;
  expect(readSnippets(page).map(({ notRun, server }) => [notRun, server])).toEqual([
    ["needs GitHub", undefined],
    [undefined, undefined],
  ]);
});

test.each([
  ["an unknown language", block("rust", ""), 'unknown language "rust" of a code block'],
  ["no language", block("", "a"), 'unknown language ""'],
  ["an unknown comment", `<!-- skip -->\n${block("sh", "a")}`, 'unknown comment "skip" above a code block'],
  ["a reason that is left out", `<!-- not run -->\n${block("sh", "a")}`, 'unknown comment "not run"'],
  ["text that nothing prints", block("text", "a"), 'a text block needs the comment "output"'],
  ["a block in a list", `- item\n\n  ${block("sh", "a")}`, "A code block stands in a list or a quote"],
])("rejects %s", (_, page, message) => {
  expect(() => readSnippets(page)).toThrow(message);
});

test("shown JSON has every member that is printed; ids and times may differ", () => {
  const printed = '{"id":"wgt_abc1","at":"2026-01-01T00:00:00Z","tags":["a"]}';
  expect(outputMismatch("json", '{ "at": "2027-02-03T04:05:06Z", "id": "wgt_x", "tags": ["a"] }', printed)).toBe(
    undefined,
  );
  expect(outputMismatch("json", '{ "id": "wgt_x", "tags": ["a"] }', printed)).toContain("but this was printed");
  expect(outputMismatch("json", '{ "at": "…", "id": "…", "tags": ["b"] }', printed)).toContain(printed);
  expect(outputMismatch("json", "{}", "not json")).toContain("not json");
});

test("shown text may leave out what … stands for", () => {
  expect(outputMismatch("text", "a … c\n…\nend", "a b c\n1\n2\nend\n")).toBe(undefined);
  expect(outputMismatch("text", "a … c", "a b d")).toContain("a b d");
});
