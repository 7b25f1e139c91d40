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

test.each([
  ["init-adaptor", /unknown command "contract init-adaptor", did you mean "contract init-adapter"\?/],
  [
    "staging.example.com:8080",
    /<base-url> must be .* got ".*8080", did you mean "http:\/\/staging\.example\.com:8080"\?/,
  ],
  ["adapter", /<base-url> must be an http or https URL, got "adapter"\n/],
])("contract %s says what was probably meant", async (word, says) => {
  const { code, err } = await runHere(["contract", word]);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(says) });
});
