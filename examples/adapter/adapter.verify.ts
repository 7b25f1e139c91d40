import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, start } from "../../cli/bin.test-helper.ts";
import { folderWith } from "../../cli/command-line.test-helper.ts";

test("with the adapter that the command writes, every rule that a run can check passes on a mock", async () => {
  const folder = folderWith({});
  const file = join(folder, "adapter.mjs");
  expect(await run("contract", "init-adapter", file)).toMatchObject({ code: 0, out: expect.stringContaining(file) });
  const mock = await start("--crawl", "2s-3s");
  const keys = ["--api-key", "sk_test_own", "--second-api-key", "sk_test_second"];
  const checked = await run(
    "contract",
    mock.url,
    ...keys,
    "--adapter",
    file,
    "--webhook-port",
    "0",
    "--report",
    folder,
  );
  const { rules } = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
  const others = rules.filter(
    ({ basis, verdict }: { basis: string; verdict: string }) => basis !== "assumed" && verdict !== "pass",
  );
  expect([checked.code, others.map(({ id }: { id: string }) => id)]).toEqual([0, ["RECRAWL-6", "AVAIL-1"]]);
});
