import type { WidgetsDocument } from "../spec/document.ts";
import type { RuleId } from "../spec/generated/rules.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { type Ledger, noLedger } from "./act/ledger.ts";
import type { Reception } from "./act/receiver.ts";
import type { ExpectLevel } from "./dialect/expected-dialect.ts";
import type { Preflight } from "./history/record.ts";
import type { Effort, Plan } from "./plan/plan.ts";
import { isOnThisMachine, type Target } from "./target.ts";

/** How a run goes about; everything has a default. */
export interface VerifyOptions {
  /** A changed document to check the target against, from `readDocument` of `widgets-mock/node` (default: the one of the package). */
  readonly document?: WidgetsDocument;
  readonly effort?: Effort;
  /** The rules that are judged; all of them where it is left out. */
  readonly rules?: readonly RuleId[] | undefined;
  /** What the random part of the plan is made from. */
  readonly seed?: number;
  /** Part of the name of everything that the run makes; chosen anew for each run where it is left out. */
  readonly nonce?: string;
  /** Sites that can be crawled, with {n} for a word of each widget. */
  readonly sites?: readonly string[];
  /** Build or commit of the server, for the report. */
  readonly targetVersion?: string | undefined;
  /** How many widgets the whole run creates at most; a third is kept to reproduce what fails, and to shrink it. */
  readonly maxWidgets?: number;
  readonly callsPerSecond?: number;
  readonly maxListCalls?: number;
  /** Whether credentials may be sent that are wrong on purpose, at the end and until one is turned away for a while. */
  readonly wrongCredentials?: boolean;
  /** How old what a read shows may be, in milliseconds. */
  readonly readLagMs?: number;
  readonly crawlTimeoutMs?: number;
  /** How long an answer may take before it counts as lost, in milliseconds of real time. */
  readonly answerTimeoutMs?: number;
  /** When a run ends, whatever is left to be done, in milliseconds; what it made is deleted all the same. */
  readonly timeLimitMs?: number;
  /** Ends a run at once, in the same way. */
  readonly signal?: AbortSignal | undefined;
  readonly ledger?: Ledger;
  /** What a preflight found out before; by itself the run makes one. */
  readonly preflight?: Preflight | undefined;
  /**
   * Where events come. By itself a free port of this machine, where the target is on it too and its adapter can
   * subscribe; else nobody listens.
   */
  readonly reception?: Reception | undefined;
  /** Does this instead of what the effort and the seed would plan: a counterexample again. */
  readonly replay?: Plan | undefined;
  /**
   * The dialect that the target is expected to keep to: its name, or what a `dialect.json` holds. Departures from it are
   * told as `expectLevel` says.
   */
  readonly expect?: unknown;
  readonly expectLevel?: ExpectLevel;
  /** Is told what is being done and waited for, now and then. */
  readonly progress?: (text: string) => void;
}

/** What has no default. */
type Left = "preflight" | "reception" | "replay" | "rules" | "signal" | "expect" | "expectLevel" | "targetVersion";

/** Options with their defaults. */
export type RunSettings = Required<Omit<VerifyOptions, Left>> & Pick<VerifyOptions, Left>;

/** What a guest may take of a target that is not on this machine. */
const guest = { maxWidgets: 120, callsPerSecond: 5, maxListCalls: 300, readLagMs: 2000 };
/** How long a run may take there, by its effort, in milliseconds. */
const guestTimeMs: Record<Effort, number> = { quick: 1_800_000, normal: 1_800_000, thorough: 7_200_000 };
const home = {
  timeLimitMs: Number.POSITIVE_INFINITY,
  maxWidgets: 600,
  callsPerSecond: Number.POSITIVE_INFINITY,
  maxListCalls: 2000,
  readLagMs: 0,
};

/** The options with what they are by default for a target. */
export function settingsOf(options: VerifyOptions, target: Target): RunSettings {
  const isHome = isOnThisMachine(target);
  const { effort = "normal" } = options;
  return {
    document: publishedDocument,
    effort,
    seed: 1,
    nonce: Math.random().toString(36).slice(2, 8),
    sites: [],
    crawlTimeoutMs: 600_000,
    answerTimeoutMs: 60_000,
    wrongCredentials: true,
    ledger: noLedger,
    progress: () => undefined,
    ...(isHome ? home : { ...guest, timeLimitMs: guestTimeMs[effort] }),
    ...(isHome && target.adapter?.subscribe ? { reception: { port: 0 } } : {}),
    ...options,
  };
}

/** How many of a run's widgets its first pass may create. */
export function widgetsToExplore({ maxWidgets }: Pick<RunSettings, "maxWidgets">): number {
  return Math.ceil((maxWidgets * 2) / 3);
}
