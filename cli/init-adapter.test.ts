import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, runHere } from "./command-line.test-helper.ts";

test("the example of an adapter is written, and nothing is overwritten", async () => {
  const file = join(folderWith({}), "own.mjs");
  const first = await runHere(["contract", "init-adapter", file]);
  expect(first).toMatchObject({ code: 0, err: "" });
  expect(first.out).toContain(`--adapter ${file}`);
  const { default: adapter } = await import(file);
  const members = Object.keys(adapter({ baseUrl: "http://127.0.0.1:1", apiKey: "k" }));
  expect(members).toEqual(expect.arrayContaining(["loadWidget", "startConversation", "remains", "subscribe"]));
  const text = readFileSync(file, "utf8");
  const again = await runHere(["contract", "init-adapter", file]);
  expect(again).toMatchObject({ code: 2, out: "" });
  expect(again.err).toMatch(/^widgets-mock: cannot write .*: there is a file of that name/);
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("a word after contract that is no command is still the address of a server", async () => {
  const { code, err } = await runHere(["contract", "init-adaptor"]);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/<base-url> must be an http or https URL/) });
});
