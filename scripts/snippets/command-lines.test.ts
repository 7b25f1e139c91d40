import { join } from "node:path";
import { expect, test } from "vitest";
import { parseArguments } from "../../cli/command-line/parse-arguments.ts";
import { findCommand } from "../../cli/find-command.ts";
import { readPages } from "./pages.ts";

/** The calls of the program in shell text, as arguments; what pipes and redirections add is left out. */
function callsIn(shell: string): string[][] {
  const lines = shell.replaceAll(/\\\n\s*/g, " ").split("\n");
  return lines.flatMap((line) => {
    const [, call] = /(?:^|npx |=\S* )widgets-mock (.*)$/.exec(line) ?? [];
    if (call === undefined) return [];
    const words = call.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
    const end = words.findIndex((word) => /^(\||&|&&|;|#.*|\d?>.*)$/.test(word));
    return [words.slice(0, end < 0 ? words.length : end).map((word) => word.replaceAll(/["']/g, ""))];
  });
}

const calls = readPages(join(import.meta.dirname, "../..")).flatMap(({ path, snippets }) =>
  snippets
    .filter(({ language, notRun }) => language === "sh" && notRun !== undefined)
    .flatMap(({ text }) => callsIn(text).map((args) => ({ path, line: args.join(" "), args }))),
);

test("the docs have command lines that no test runs", () => {
  expect(calls.length).toBeGreaterThan(10);
});

test.each(calls)("$path: the program takes $line", async ({ args }) => {
  const { found, rest } = await findCommand(args);
  if (!("run" in found)) throw new Error("it names a group of commands, and none of them");
  expect(parseArguments(await found.describe(), rest).size).toBeGreaterThanOrEqual(0);
});
