import { readFileSync } from "node:fs";
import { type CallerRole, clean, type Leftover, printableText, type Target } from "../contract-tests/index.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import { describeReadError } from "../spec/files/file-error.ts";
import { UsageError } from "./command-line/command.ts";

/**
 * Deletes the widgets that an interrupted run left.
 * @returns 1 if one of them could not be deleted
 */
export async function cleanUp(document: WidgetsDocument, target: Target, leftover: Leftover): Promise<number> {
  const { gone, left } = await clean(document, target, leftover);
  process.stdout.write(`${gone} ${gone === 1 ? "widget" : "widgets"} deleted.\n`);
  for (const { id, why } of left)
    process.stdout.write(`${printableText(id)} was not deleted: ${printableText(why)}.\n`);
  return left.length > 0 ? 1 : 0;
}

interface LedgerEntry {
  readonly intend?: string;
  readonly site?: string;
  readonly made?: string;
  readonly id?: string;
  readonly caller?: CallerRole;
  readonly gone?: string;
}

/**
 * The widgets of a ledger that were not deleted.
 * @throws UsageError for a file that is no ledger
 */
export function leftoverIn(file: string): Leftover {
  let entries: LedgerEntry[];
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    // A run that was killed may have left half a line.
    entries = lines.flatMap((line) => (line.endsWith("}") ? [JSON.parse(line)] : []));
  } catch (error) {
    throw new UsageError(`--clean ${file}: ${describeReadError(error)}`);
  }
  const gone = new Set(entries.map((entry) => entry.gone));
  // Several widgets may have one name, so intents and created widgets are compared by their number.
  const createdCount = (name: string) => entries.filter((entry) => entry.made === name).length;
  const names = new Set(entries.flatMap(({ intend }) => intend ?? []));
  const intents = (name: string) => entries.filter(({ intend }) => intend === name);
  return {
    widgets: entries.flatMap(({ id, caller }) =>
      id !== undefined && !gone.has(id) ? [{ id, ...(caller && { caller }) }] : [],
    ),
    lost: [...names].flatMap((name) =>
      intents(name)
        .slice(createdCount(name))
        .map(({ site }) => ({ name, site })),
    ),
  };
}
