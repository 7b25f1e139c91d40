import type { RuleId } from "../../spec/generated/rules.ts";
import type { AdapterCommands } from "../adapter.ts";
import type { Effort, Plan } from "../plan/plan.ts";
import type { Fields } from "../target.ts";
import type { Exchange } from "./exchange.ts";
import type { History } from "./history.ts";

/** Purpose of a pass: explore the whole plan, reproduce what failed, or shrink it to fewer steps. */
export type Purpose = "explore" | "reproduce" | "shrink";

/** One pass of a run: what was planned, and all that was seen. */
export interface Pass {
  readonly purpose: Purpose;
  readonly plan: Plan;
  readonly history: History;
}

/** What a run was given: it decides what the run can show, and how its calls are told. No credential is part of it. */
export interface Means {
  readonly effort: Effort;
  readonly maxWidgets: number;
  /** The rules that it was to judge; all of them where it is left out. */
  readonly rules?: readonly RuleId[];
  /** Whether it only did a counterexample again. */
  readonly isReplay?: true;
  /** Whether it only watched what others did: nothing was planned, and less can be judged. */
  readonly isWatched?: true;
  /** The header fields of the credential, by their names, each with the word that stands before the secret, or "". */
  readonly credential: Fields;
  /** Those of another organization; undefined where there was none. */
  readonly secondCredential?: Fields;
  /** What was sent with every call. */
  readonly headers: Fields;
  /** The members that the adapter had; none where there was no adapter. */
  readonly adapter: readonly string[];
  /** Whether it listened for events. */
  readonly listens: boolean;
  /** Options of curl that reach it as the run did. */
  readonly curlOptions?: string;
  /** Whether any certificate of the target was accepted. */
  readonly isInsecure?: true;
  /** Commands of the adapter for a shell; see `Adapter`. */
  readonly commands?: AdapterCommands;
}

/** What was found out before anything was created. */
export interface Preflight {
  /** Without their bodies: what is listed belongs to others. */
  readonly exchanges: readonly Exchange[];
  /** What could not be checked. */
  readonly notes: readonly string[];
}

/** A ledger that is needed yet. */
export interface LedgerFile {
  readonly file?: string;
  /** Why it is not complete. */
  readonly problem?: string;
}

/** A whole run; a report is a function of it and of the document. */
export interface RunRecord {
  readonly target: string;
  /** Build or commit of the server, if it was given. */
  readonly targetVersion?: string;
  readonly seed: number;
  /** When it began, by RFC 3339. */
  readonly began: string;
  /** How long it took, in real milliseconds. */
  readonly wallMs: number;
  readonly means: Means;
  /** The calls before the run, and what they left open. */
  readonly preflight: Preflight;
  /** Where what it made is written down; left out where nothing is left of that. */
  readonly ledger?: LedgerFile;
  readonly passes: readonly Pass[];
}

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
  if (!("preflight" in head)) throw new RangeError("line 1: recorded by an older version of widgets-mock; run again.");
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
