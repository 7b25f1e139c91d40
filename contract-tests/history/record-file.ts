import type { Exchange } from "./exchange.ts";
import type { Pass, RunRecord } from "./record.ts";

/** What a line of a recorded run holds, by its first member. */
type Line =
  | ({ readonly run: 1 } & Omit<RunRecord, "passes">)
  | { readonly pass: Omit<Pass, "history">; readonly seen: Omit<Pass["history"], "exchanges"> }
  | { readonly call: Exchange };

/** A run as lines of JSON: one for the run, and for each pass one, and one for each of its calls. */
export function writeRecord({ passes, ...run }: RunRecord): string {
  const lines: Line[] = [{ run: 1, ...run }];
  for (const { history, ...pass } of passes) {
    const { exchanges, ...seen } = history;
    lines.push({ pass, seen }, ...exchanges.map((call): Line => ({ call })));
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/**
 * Reads what `writeRecord` wrote.
 * @throws RangeError that names the line where it is none
 */
export function readRecord(text: string): RunRecord {
  const [head, ...lines] = text.split("\n").flatMap((line, index) => (line === "" ? [] : [parse(line, index + 1)]));
  if (!head || !("means" in head)) throw new RangeError("line 1: this is no recorded run.");
  const passes: { pass: Omit<Pass, "history">; seen: Omit<Pass["history"], "exchanges">; exchanges: Exchange[] }[] = [];
  for (const [index, line] of lines.entries()) {
    if ("pass" in line) passes.push({ ...line, exchanges: [] });
    else if ("call" in line && passes.length > 0) passes.at(-1)?.exchanges.push(line.call);
    else throw new RangeError(`line ${index + 2}: neither a pass nor a call.`);
  }
  const { run, ...rest } = head;
  return {
    ...rest,
    passes: passes.map(({ pass, seen, exchanges }) => ({ ...pass, history: { ...seen, exchanges } })),
  };
}

function parse(line: string, number: number): Line {
  try {
    return JSON.parse(line) as Line;
  } catch (error) {
    throw new RangeError(`line ${number}: not JSON: ${(error as Error).message}.`);
  }
}
