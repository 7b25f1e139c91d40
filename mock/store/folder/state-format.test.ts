import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openMock } from "./open-folder-mock.ts";
import { type LogRecord, linesOfCommit } from "./record.ts";
import { RowTable } from "./row-table.ts";
import { StateFiles } from "./state-files.ts";
import { lineOf, newFolder } from "./state-folder.test-helper.ts";
import { type StateHeader, stateFormat } from "./state-format.ts";

const body = JSON.stringify({ name: "Northwind", site_url: "https://northwind.example" });
const headers = { authorization: "Bearer sk_test_own", "content-type": "application/json" };

/** A folder with a widget in it, whose files begin with another header. */
async function folderWithHeader(change: Partial<StateHeader>): Promise<string> {
  const folder = newFolder();
  const mock = await openMock({ state: folder, clock: "manual" });
  await mock.fetch("http://mock/api/v1/widgets", { method: "POST", headers, body });
  await mock.close();
  const log = join(folder, "log-1.jsonl");
  const [first = "", ...others] = readFileSync(log, "utf8").split("\n");
  const header = JSON.stringify({ ...JSON.parse(first.slice(9)), ...change });
  writeFileSync(log, [lineOf(header).trimEnd(), ...others].join("\n"));
  return folder;
}

test.each([
  [
    { widgetsMockState: stateFormat + 1, version: "9.0.0" },
    /written by widgets-mock 9\.0\.0 .* later format .*; start that version/,
  ],
  [
    { document: "other", dialect: "hostile" },
    /in the dialect hostile, this is .* in the dialect default: .* another folder/,
  ],
] as const)("a state with the header %j is refused, with what to do", async (change, says) => {
  const state = await folderWithHeader(change);
  await expect(openMock({ state, clock: "manual" })).rejects.toThrow(says);
  // It is as it was, and not locked.
  await expect(openMock({ state, clock: "manual" })).rejects.toThrow(says);
});

test("a state of an earlier format is read by its migrations, one format after the other", async () => {
  const folder = newFolder();
  const older: StateHeader = { widgetsMockState: stateFormat - 2, version: "0.0.1", dialect: "default", document: "d" };
  const rows = [{ kind: "site", key: "a.example", json: JSON.stringify({ part: "site", host: "a.example" }) }] as const;
  const lines = [...linesOfCommit(1, [{ organization: "own", isWhole: true, rows, lossy: [] }])];
  writeFileSync(join(folder, "log-1.jsonl"), [lineOf(JSON.stringify(older)), ...lines.map(lineOf)].join(""));
  const addingTo = (member: string) => (record: LogRecord) => ({
    ...record,
    rows: record.rows.map(([kind, key, part]) => [kind, key, { ...part, [member]: 1 }] as const),
  });
  const migrations = { [stateFormat - 2]: addingTo("first"), [stateFormat - 1]: addingTo("second") };
  const table = new RowTable();
  await new StateFiles(folder, { ...older, widgetsMockState: stateFormat }, migrations).read(table);
  const [row] = [...table.rows("own")];
  expect(JSON.parse(row?.json ?? "")).toEqual({ part: "site", host: "a.example", first: 1, second: 1 });
});

test("a running clock catches up by real time when its state is opened", async () => {
  const state = newFolder();
  const mock = await openMock({ state, crawl: "1h" });
  const { id } = await (await mock.fetch("http://mock/api/v1/widgets", { method: "POST", headers, body })).json();
  await mock.close();
  // As if the folder had been left for a day: what is stored of a running clock is how far it is ahead.
  const log = join(state, "log-1.jsonl");
  const lines = readFileSync(log, "utf8").trimEnd().split("\n");
  const moved = lines.map((line) =>
    lineOf(line.slice(9).replaceAll('"running":true,"ms":0', `"running":true,"ms":${86_400_000}`)),
  );
  writeFileSync(log, moved.join(""));
  const again = await openMock({ state, crawl: "1h" });
  onTestFinished(() => again.close());
  const answer = await again.fetch(`http://mock/api/v1/widgets/${id}`, { headers });
  expect(await answer.json()).toMatchObject({ status: "active", last_crawl: { status: "succeeded" } });
});
