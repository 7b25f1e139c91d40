import { expect, test } from "vitest";
import { runHere } from "../command-line.test-helper.ts";
import { commands, describeCommands } from "../commands.ts";
import { flagRow } from "./help-text.ts";

const described = await describeCommands();
const helpOf = async (...args: string[]) => (await runHere(args)).out;
const helps = { "--help": await helpOf("--help") } as Record<string, string>;
for (const { name } of described) helps[name] = await helpOf("help", ...name.split(" "));

test.each(Object.entries(helps))("the help of %s fits 80 columns", (_, help) => {
  for (const line of help.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  expect(help).not.toMatch(/[^.]\.\.(?!\.)|undefined/);
});

test.each(
  described.map((command) => [command.name, command] as const),
)("the help of %s names every flag, and its columns never touch", (name, { flags }) => {
  const starts = helps[name]?.split("\n").map((line) => line.trim().split(/ {2,}/, 1)[0]);
  for (const [flagName, flag] of Object.entries(flags)) expect(starts).toContain(flagRow(flagName, flag)[0]);
});

test.each(
  described.map(({ name }) => name),
)("%s has its help behind --help and -h, whatever else is given", async (name) => {
  for (const flag of ["--help", "-h"]) expect(await helpOf(...name.split(" "), "--nonsense", flag)).toBe(helps[name]);
});

test("the main help is short, names every command, and does without the endpoints", async () => {
  const help = helps["--help"] ?? "";
  for (const name of Object.keys(commands)) expect(help).toMatch(new RegExp(`^ {2}${name} {2,}\\S`, "m"));
  expect(help.split("\n").length).toBeLessThan(40);
  expect(help).not.toContain("/_mock/");
  for (const same of [["-h"], ["help"]]) expect(await helpOf(...same)).toBe(help);
});

test("descriptions are whole sentences' worth of plain text without a full stop at the end", () => {
  for (const { flags } of described) {
    for (const { description } of Object.values(flags)) expect(description).toMatch(/^[A-Z].*[^.:;,]$/);
  }
});
