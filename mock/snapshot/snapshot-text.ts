import type { Dialect } from "../../spec/dialect.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Engine } from "../engine.ts";
import { digestOf } from "../world/digest.ts";
import { Checksum } from "./checksum.ts";
import type { PartOf, UnwrittenPart } from "./snapshot-part.ts";

/** Counts up whenever an older snapshot could be misread. */
export const snapshotFormat = 4;

/** The members of a snapshot beside its state: what must be the same where it is restored. */
export interface SnapshotHeader {
  readonly snapshot: number;
  readonly version: string;
  readonly dialect: string;
  /** Identifies the document and its dialect. */
  readonly document: string;
}

/** The header of the snapshots of a mock. */
export function snapshotHeader({ version, dialect }: Engine): SnapshotHeader {
  return { snapshot: snapshotFormat, version, dialect: dialect.name, document: documentDigest(dialect) };
}

const digests = new WeakMap<Dialect, string>();

/** Some choices are not in the document, but in what the mock does. */
function documentDigest(dialect: Dialect): string {
  let digest = digests.get(dialect);
  if (digest === undefined) {
    digest = digestOf(JSON.stringify([dialect.document, dialect.choices]));
    digests.set(dialect, digest);
  }
  return digest;
}

/** The last line that the checksum is made of, after one for each part. */
export function headerLine({ snapshot, version, dialect, document }: SnapshotHeader | JsonObject): string {
  return `${JSON.stringify({ snapshot, version, dialect, document })}\n`;
}

/** Characters of a piece, roughly. */
const pieceLength = 32 * 1024;

/** Writes a snapshot in pieces, with a line for each part. */
export function* snapshotText(
  header: SnapshotHeader,
  parts: Iterable<UnwrittenPart | PartOf<"sealed">>,
): Generator<string> {
  const checksum = new Checksum();
  let separator = `${JSON.stringify(header).slice(0, -1)},"state":[\n`;
  let lines: string[] = [];
  let length = 0;
  const endPiece = () => {
    checksum.add(`${lines.join("\n")}\n`);
    const text = separator + lines.join(",\n");
    separator = ",\n";
    lines = [];
    length = 0;
    return text;
  };
  for (const part of parts) {
    const line = JSON.stringify(part);
    lines.push(line);
    length += line.length;
    if (length >= pieceLength) yield endPiece();
  }
  if (lines.length > 0) yield endPiece();
  checksum.add(headerLine(header));
  yield `\n],"checksum":"${checksum.digest()}"}\n`;
}
