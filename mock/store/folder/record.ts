import { crc32 } from "node:zlib";
import type { RowChange, WorldChange } from "../row.ts";

/**
 * A line of a file: rows of one organization. Those of a commit follow each other up to the last one, and count only when
 * that one is there.
 */
export interface LogRecord {
  /** Counts the commits of a store. */
  readonly commit: number;
  readonly isLast: boolean;
  readonly organization: string;
  readonly isWhole: boolean;
  readonly rows: readonly (readonly [kind: RowChange["kind"], key: string, part?: object])[];
}

/** Characters of a line, roughly. */
const lineLength = 32 * 1024;

export const checksumLength = 9;

/** What stands before the bytes of a line's JSON. */
export function checksumOf(json: Buffer): string {
  return `${crc32(json).toString(16).padStart(8, "0")} `;
}

/** The JSON of a line, without its line feed; undefined if it is not as it was written. */
export function jsonOf(line: Buffer): string | undefined {
  const json = line.subarray(checksumLength);
  return line.toString("latin1", 0, checksumLength) === checksumOf(json) ? json.toString() : undefined;
}

export function parseRecord(json: string): LogRecord {
  const [commit, isLast, organization, isWhole, rows] = JSON.parse(json);
  return { commit, isLast: isLast === 1, organization, isWhole: isWhole === 1, rows };
}

/** The lines of a commit, each as JSON. */
export function* linesOfCommit(commit: number, changes: readonly WorldChange[]): Generator<string> {
  let before: string | undefined;
  for (const { organization, isWhole, rows, lossy } of changes) {
    let isFirst = true;
    for (const texts of pieces(rows, lossy)) {
      if (before !== undefined) yield `[${commit},0,${before}`;
      before = `${JSON.stringify(organization)},${isFirst && isWhole ? 1 : 0},[${texts.join(",")}]]`;
      isFirst = false;
    }
  }
  yield `[${commit},1,${before ?? '"",0,[]]'}`;
}

/** The texts of rows, as many at a time as fit a line; at least one time. */
function* pieces(...all: readonly Iterable<RowChange>[]): Generator<string[]> {
  let texts: string[] = [];
  let length = 0;
  for (const rows of all) {
    for (const { kind, key, json } of rows) {
      const text = `["${kind}",${JSON.stringify(key)}${json === undefined ? "" : `,${json}`}]`;
      texts.push(text);
      length += text.length;
      if (length < lineLength) continue;
      yield texts;
      texts = [];
      length = 0;
    }
  }
  yield texts;
}
