import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clientOf, widgets } from "../../api-client.test-helper.ts";
import { expectState, recordedOptions, writeState } from "../recorded-state.test-helper.ts";
import { copyOf, lineOf, newFolder, openState, stateFilesIn } from "./state-folder.test-helper.ts";
import { type StateHeader, stateFormat } from "./state-format.ts";

/*
 * States as the versions have written them that changed the format. What is recorded is never changed again; where the
 * format has gone up, RECORD_STATE=1 records another one.
 */
const folderOf = (format: number) => join(import.meta.dirname, "recorded", `format-${format}`);

/** Records a state: the first half in a snapshot, the second in the log after it. */
async function record(): Promise<void> {
  const folder = newFolder();
  const mock = await openState(folder, { ...recordedOptions, pace: { minLogBytes: 30_000 } });
  const goOn = await writeState(mock);
  for (let n = 0; !stateFilesIn(folder).includes("snapshot-2.jsonl"); n++) {
    await clientOf(mock, "sk_test_two").create({ name: `Other ${n}` });
  }
  await mock.close();
  const again = await openState(folder, recordedOptions);
  await goOn(again);
  await again.close();
  cpSync(copyOf(folder), folderOf(stateFormat), { recursive: true });
}

/** A recorded state as if it had been written for the document of this version, which may have changed since. */
function copyOfRecorded(format: number, document: string): string {
  const folder = newFolder();
  for (const name of readdirSync(folderOf(format))) {
    const text = readFileSync(join(folderOf(format), name), "utf8");
    const end = text.indexOf("\n") + 1;
    const header: StateHeader = { ...JSON.parse(text.slice(9, end)), document };
    writeFileSync(join(folder, name), lineOf(JSON.stringify(header)) + text.slice(end));
  }
  return folder;
}

/** What identifies the document of this version in the files of a store. */
async function ownDocument(): Promise<string> {
  const folder = newFolder();
  await (await openState(folder)).close();
  const [header = ""] = readFileSync(join(folder, "log-1.jsonl"), "utf8").split("\n");
  return JSON.parse(header.slice(9)).document;
}

const formats = Array.from({ length: stateFormat }, (_, before) => before + 1);

test.each(formats)("a state that was written in format %i is opened with everything in it", async (format) => {
  const isMissing = !existsSync(folderOf(format));
  if (isMissing && format === stateFormat && process.env["RECORD_STATE"]) await record();
  else if (isMissing) throw new Error(`there is no state of format ${format}: record one with RECORD_STATE=1`);
  const mock = await openState(copyOfRecorded(format, await ownDocument()), recordedOptions);
  expect(mock.notes).toEqual([]);
  await expectState(mock);
  expect((await clientOf(mock, "sk_test_two").get(widgets)).body.data[0].name).toMatch(/^Other /);
});
