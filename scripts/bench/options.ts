import { parseArgs } from "node:util";

/** A part of the benchmark, such as servers beside each other, or organizations of several sizes in process. */
export type BenchPart = (typeof parts)[number];

/** What to measure, and for how long. */
export interface BenchOptions {
  readonly rounds: number;
  readonly turns: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly starts: number;
  readonly parts: ReadonlySet<BenchPart>;
  readonly sizes: readonly number[];
  readonly samples: number;
  readonly delaySeconds: number;
  readonly before: string | undefined;
}

/** A mistake in how the benchmark was called; the message says what would be right. */
export class BenchUsageError extends Error {
  override readonly name = "BenchUsageError";
}

const parts = ["servers", "sizes", "profile", "state", "postgres", "console"] as const;
const usualParts: readonly BenchPart[] = ["servers", "sizes"];

export const benchHelp = `Usage: npm run bench -- [flags]

Compares the mock with a bare node:http server that sends the same bytes, and with Prism's mock of the same document, and
organizations of up to a million widgets with one of a thousand, in process. Prints one table of ratios beside their
targets. Needs wrk, a finished \`npm run build\`, about 4 GB of memory and, with --rounds 5, a quarter of an hour.

  --rounds <n>     rounds, each with new processes (default 3)
  --turns <n>      turns of each server with an operation in a round; Prism has one (default 5)
  --seconds <n>    seconds of load in a turn (default 1)
  --warm-up <n>    seconds of load before the first turn, not counted (default 1; postgres has 20,000 requests of each server)
  --starts <n>     starts of each server, for the time to the first 200 (default 9)
  --only <part>    servers, sizes, profile; state: creates with --state beside a bare server with the same commits;
                   postgres: creates and reads on PostgreSQL beside a bare server with pg, and beside two mocks that
                   serve each organization in turn, or half of the organizations each;
                   console: the longest task of each view in Chromium, with 10,000 widgets and 200 requests a second
  --before <file>  for state: the program of an earlier build, whose mock in memory is measured beside this one
  --profile        also profile the mock under each load, and print how its time is shared out among the layers and files
  --sizes <n,n>    sizes of organizations; the others are compared with the first (default 1000,100000,1000000)
  --samples <n>    calls of each operation at each size (default 10000)
  --delay <n>      seconds of creates while the delay of the event loop is measured at the largest size (default 10)
  --help           print this help

Nothing is asserted: a figure that misses its target does not fail the run.`;

const flags = {
  rounds: { type: "string", default: "3" },
  turns: { type: "string", default: "5" },
  seconds: { type: "string", default: "1" },
  "warm-up": { type: "string", default: "1" },
  starts: { type: "string", default: "9" },
  only: { type: "string" },
  before: { type: "string" },
  profile: { type: "boolean", default: false },
  sizes: { type: "string", default: "1000,100000,1000000" },
  samples: { type: "string", default: "10000" },
  delay: { type: "string", default: "10" },
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
    parts: new Set([...partsOf(values.only), ...(values.profile ? (["profile"] as const) : [])]),
    sizes: values.sizes.split(",").map((size) => count("sizes", size)),
    samples: count("samples", values.samples),
    delaySeconds: count("delay", values.delay),
    before: values.before,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: flags }).values;
  } catch (error) {
    throw new BenchUsageError((error as Error).message);
  }
}

function partsOf(only: string | undefined): readonly BenchPart[] {
  if (only === undefined) return usualParts;
  const part = parts.find((name) => name === only);
  if (!part) throw new BenchUsageError(`--only must be one of ${parts.join(", ")}, got "${only}"`);
  return [part];
}

function count(flag: string, value: string): number {
  if (!/^[1-9]\d*$/.test(value))
    throw new BenchUsageError(`--${flag} must be an integer of at least 1, got "${value}"`);
  return Number(value);
}
