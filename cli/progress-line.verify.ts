import { join } from "node:path";
import { expect, test } from "vitest";
import { start } from "./bin.test-helper.ts";
import { openTerminal } from "./terminal.test-helper.ts";

test("on a terminal a run says what it waits for; interrupted, it takes the line back and deletes what it made", async () => {
  const mock = await start("--crawl", "manual");
  const terminal = await openTerminal();
  const bin = join(import.meta.dirname, "../dist/cli/widgets-mock.js");
  terminal.type(`'${process.execPath}' '${bin}' contract ${mock.url} --api-key sk_test_one --effort quick\n`);
  await terminal.shows(/0:0\d of ~\d:\d\d exploring: waiting for \d+ first crawls \(0:0\d\)/);
  terminal.type("\x03");
  await terminal.shows(/^.*widgets-mock: interrupted; deleting the widgets of this run\./m);
  await terminal.shows(/^[^\n]*exit code 2\.$/m);
  const list = await fetch(`${mock.url}/api/v1/widgets`, { headers: { authorization: "Bearer sk_test_one" } });
  expect((await list.json()).data).toEqual([]);
});
