import { createReadStream } from "node:fs";

const lineFeed = 0x0a;

/** A line of a file, without its line feed. */
export interface FileLine {
  readonly bytes: Buffer;
  /** The place behind it, and behind its line feed if it has one. */
  readonly end: number;
  /** False for the end of a file that stops in the middle of a line. */
  readonly isWhole: boolean;
}

/** Reads the lines of a file; one that is not there has none. */
export async function* readLines(path: string): AsyncGenerator<FileLine> {
  let pieces: Buffer[] = [];
  let end = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
      let start = 0;
      for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, start)) {
        pieces.push(chunk.subarray(start, at));
        const bytes = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
        end += bytes.length + 1;
        yield { bytes, end, isWhole: true };
        pieces = [];
        start = at + 1;
      }
      if (start < chunk.length) pieces.push(chunk.subarray(start));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const bytes = Buffer.concat(pieces);
  if (bytes.length > 0) yield { bytes, end: end + bytes.length, isWhole: false };
}
