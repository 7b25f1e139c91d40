import { parseArgs } from "node:util";

/** What to measure, and for how long. */
export interface BenchOptions {
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

/** A mistake in how the benchmark was called; the message says what would be right. */
export class BenchUsageError extends Error {
  override readonly name = "BenchUsageError";
}

export const benchHelp = `Usage: npm run bench -- [flags]

Compares the mock with a bare node:http server that sends the same bytes, and with Prism's mock of the same
document, and prints one table of ratios. Needs wrk and a finished \`npm run build\`.

  --rounds <n>     rounds, each with new processes (default 3)
  --turns <n>      turns of each server with an operation in a round (default 5)
  --seconds <n>    seconds of load in a turn (default 1)
  --warm-up <n>    seconds of load before the first turn, not counted (default 1)
  --starts <n>     starts of each server, for the time to the first 200 (default 9)
  --large          also measure organizations of up to a million widgets, in process; takes minutes and about 4 GB of memory
  --only-large     measure only these
  --sizes <n,n>    their sizes; the others are compared with the first (default 1000,100000,1000000)
  --samples <n>    calls of each operation at each size (default 10000)
  --help           print this help

Nothing is asserted: a figure that misses its target does not fail the run.`;

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
 * Reads the flags; undefined where help is asked for.
 * @throws BenchUsageError for an unknown flag or an invalid value
 */
export function readBenchOptions(args: string[]): BenchOptions | undefined {
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
    throw new BenchUsageError(`--${flag} must be an integer of at least 1, got "${value}"`);
  return Number(value);
}
