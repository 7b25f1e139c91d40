import { parseArgs } from "node:util";

/** How long to measure, and what. */
export interface Options {
  readonly rounds: number;
  readonly turns: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly starts: number;
  readonly servers: boolean;
  readonly large: boolean;
  readonly sizes: readonly number[];
  readonly samples: number;
}

/** Something for the user to mend before anything can be measured; the message says what. */
export class BenchUsageError extends Error {
  override readonly name = "UsageError";
}

export const benchHelp = `Usage: npm run bench -- [flags]

Measures the mock beside a bare node:http server that sends the same bytes, and beside Prism's mock of the same
document, and prints one table of ratios. Needs wrk, and what \`npm run build\` writes.

  --rounds <n>     rounds, each with processes of its own (default 3)
  --turns <n>      how often the servers take turns with an operation in a round (default 5)
  --seconds <n>    seconds of load in a turn (default 1)
  --warm-up <n>    seconds of load before the first turn, not counted (default 1)
  --starts <n>     starts of each server, for the time to the first 200 (default 9)
  --large          also measure worlds of up to a million widgets, in process; takes minutes, and about 4 GB of memory
  --only-large     measure nothing else
  --sizes <n,n>    their sizes; the first is what the others are compared with (default 1000,100000,1000000)
  --samples <n>    calls of each operation at each size (default 10000)
  --help           print this

Nothing is asserted: a figure below its target does not fail the run.`;

const flags = {
  rounds: { type: "string", default: "3" },
  turns: { type: "string", default: "5" },
  seconds: { type: "string", default: "1" },
  "warm-up": { type: "string", default: "1" },
  starts: { type: "string", default: "9" },
  large: { type: "boolean", default: false },
  "only-large": { type: "boolean", default: false },
  sizes: { type: "string", default: "1000,100000,1000000" },
  samples: { type: "string", default: "10000" },
  help: { type: "boolean", default: false },
} as const;

/**
 * The flags as they were meant, or `undefined` where help is asked for.
 * @throws UsageError
 */
export function optionsFrom(args: string[]): Options | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  return {
    rounds: count("rounds", values.rounds),
    turns: count("turns", values.turns),
    seconds: count("seconds", values.seconds),
    warmUpSeconds: count("warm-up", values["warm-up"]),
    starts: count("starts", values.starts),
    servers: !values["only-large"],
    large: values.large || values["only-large"],
    sizes: values.sizes.split(",").map((size) => count("sizes", size)),
    samples: count("samples", values.samples),
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: flags }).values;
  } catch (error) {
    throw new BenchUsageError((error as Error).message);
  }
}

function count(flag: string, value: string): number {
  if (!/^[1-9]\d*$/.test(value))
    throw new BenchUsageError(`--${flag} takes a whole number of at least 1, not '${value}'.`);
  return Number(value);
}
