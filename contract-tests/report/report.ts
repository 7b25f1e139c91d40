import type { Rule } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { DialectFile } from "../dialect/observe-dialect.ts";
import type { CallerRole } from "../history/exchange.ts";
import type { LedgerFile, Purpose } from "../history/record.ts";
import type { Finding } from "../judge/finding.ts";
import type { Verdict } from "../judge/judge.ts";
import type { Script } from "../plan/script.ts";
import type { Coverage } from "./coverage.ts";
import type { KnownViolation } from "./known-violations.ts";

/** The version of the form of `report.json`: it grows when a member is renamed or goes. */
export const reportVersion = 1;

/**
 * The result of a run as plain data: the content of `report.json`. Every other form of a report is made from it alone.
 * Control characters in text from the server are escaped.
 */
export interface Report {
  readonly version: typeof reportVersion;
  /** Random seed of the plan. */
  readonly seed: number;
  /** See `exitCodeOf`. */
  readonly exitCode: ExitCode;
  /** Base URL of the server. */
  readonly target: string;
  /** Build or commit of the server, if it was given. */
  readonly targetVersion?: string;
  /** Start of the run (RFC 3339); judging a record again keeps it. */
  readonly startedAt: string;
  readonly stats: Stats;
  /** What whoever reads the report has to know first, such as that certificates were not checked. */
  readonly warnings?: readonly string[];
  /** What could not be found out before the run. */
  readonly notes?: readonly string[];
  /** Where the widgets are written down that are left, for `--clean`. */
  readonly ledger?: LedgerFile;
  /** Why the run stopped before it was complete; left out where it was completed. */
  readonly stoppedEarly?: string;
  /** Widgets that the run created and could not delete. */
  readonly leftovers: readonly ReportedLeftover[];
  /** Every documented rule in the document's order, then the assumed ones; `basis` tells them apart. */
  readonly rules: readonly RuleReport[];
  /** What the server does where the documentation is silent, in the form that `widgets-mock --dialect` takes. */
  readonly dialect: DialectFile;
}

/** 0 if no rule is broken, 1 if one is, 2 if nothing could be checked or something besides the server failed. */
export type ExitCode = 0 | 1 | 2;

/** A widget that may still exist. */
export interface ReportedLeftover {
  readonly id: string;
  readonly name: string;
  /** Outcome of the last attempt to delete it. */
  readonly reason: string;
  /** Who created it, where that was not the organization under test. */
  readonly caller?: CallerRole;
}

/** Cost of a run. */
export interface Stats {
  readonly requests: number;
  /** Widgets created. */
  readonly widgets: number;
  readonly crawls: number;
  /** In real time. */
  readonly durationMs: number;
  /** Of the first pass. */
  readonly coverage: Coverage;
  readonly passes: readonly PassStats[];
}

/** Cost of one pass of a run. */
export interface PassStats {
  readonly purpose: Purpose;
  readonly requests: number;
  readonly widgets: number;
  /** From its first request to its last response, on the server's clock where the run moves it. */
  readonly durationMs: number;
  /** Part of it in which some widget waited for its first crawl. */
  readonly firstCrawlMs: number;
}

/** The verdict on one rule. */
export interface RuleReport {
  readonly id: RuleId;
  /** Sentence of the rule, in Markdown. */
  readonly text: string;
  readonly basis: Rule["basis"];
  /** What the documentation says or shows of it, word for word; left out where it is silent. */
  readonly source?: string;
  readonly level: Rule["level"];
  readonly verdict: Verdict;
  /** Number of observations that the verdict rests on. */
  readonly observations: number;
  /** Why there is no verdict: given for `not-observed`, `inconclusive` and `error`. */
  readonly reason?: string;
  /** Option of the command that would change that, where there is one. */
  readonly option?: string;
  /** How often a violation was reproduced, of how many attempts; left out where none was made. */
  readonly reproduced?: { readonly times: number; readonly of: number };
  /** Present if this verdict makes the exit code 1. */
  readonly failsRun?: true;
  /** Present if the violation is listed as known: it fails no run until it expires. */
  readonly knownViolation?: KnownViolation & { readonly isExpired: boolean };
  readonly findings: readonly ReportedFinding[];
  /** Present if a violation was found. */
  readonly reproduction?: Reproduction;
}

/** A violation, or a deviation from an assumption. */
export interface ReportedFinding extends Pick<Finding, "level" | "script" | "about" | "members"> {
  readonly message: string;
  /** Left out where the text of the rule says it already. */
  readonly expected?: string;
  /** Numbers of the requests in `history.jsonl` that show it. */
  readonly requests: readonly number[];
}

/** The shortest sequence that shows a violation. */
export interface Reproduction {
  readonly message: string;
  readonly expected: string;
  /**
   * Commands for a POSIX shell with curl and jq, to paste in order: they create widgets, show the violation and delete the
   * widgets. The API key comes from WIDGETS_API_KEY.
   */
  readonly commands: readonly string[];
  /** What the run received, in order. */
  readonly responses: readonly ReportedResponse[];
  /** Scripts for `--replay`. */
  readonly scripts: readonly Script[];
  /** History of the widget up to the violation; left out where it is about no single widget. */
  readonly timeline?: ReportedTimeline;
}

/** History of one widget. */
export interface ReportedTimeline {
  readonly widgetId: string;
  readonly moments: readonly ReportedMoment[];
}

/** A request, an event or an observation of the adapter. */
export interface ReportedMoment extends Omit<ReportedResponse, "excerpt"> {
  /** Milliseconds since the request that created the widget. */
  readonly startMs: number;
  readonly endMs: number;
  /** `other` is a request about another widget, or by another caller. */
  readonly kind: "write" | "read" | "list" | "other" | "event" | "adapter";
  /** Status that the widget had; null if it was missing, left out where the moment does not show it. */
  readonly widgetStatus?: string | null;
  /** Result of an observation, in a word. */
  readonly result?: string;
}

/** A response, an event or an observation of the adapter. */
export interface ReportedResponse {
  /** The operation, the adapter's member or the event. */
  readonly source: string;
  /** HTTP status; left out where no response came. */
  readonly httpStatus?: number;
  /** The part that matters here. */
  readonly excerpt?: string;
  /** Present where the violation shows. */
  readonly isFinding?: true;
}

/** A rule with a violation. */
export type RuleWithReproduction = RuleReport & Required<Pick<RuleReport, "reproduction">>;

/** Whether a violation of a rule was found. */
export function hasReproduction(rule: RuleReport): rule is RuleWithReproduction {
  return rule.reproduction !== undefined;
}

const mostSevereFirst: readonly Verdict[] = ["fail", "error", "warn", "inconclusive", "note"];

/** Rules with a reproduction, the most severe verdicts first. */
export function rulesWithReproduction({ rules }: Report): RuleWithReproduction[] {
  return rules
    .filter((rule) => hasReproduction(rule))
    .sort((a, b) => mostSevereFirst.indexOf(a.verdict) - mostSevereFirst.indexOf(b.verdict));
}

/** Group of a rule: its id without the number. */
export function groupOf(id: string): string {
  return id.replace(/-\d+$/, "");
}

/** Path of a reproduction inside the folder of a report. */
export function replayFilePath(rule: string): string {
  return `replay/${rule}.json`;
}

/** Counts the rules that have one of some verdicts. */
export function countOf(rules: readonly RuleReport[], ...verdicts: readonly Verdict[]): number {
  return rules.filter(({ verdict }) => verdicts.includes(verdict)).length;
}

/** Whether a verdict says that a rule could not be judged. */
export function isWithoutVerdict(verdict: Verdict): boolean {
  return verdict === "not-observed" || verdict === "inconclusive" || verdict === "error";
}

/** Separates documented rules from assumed ones. */
export function rulesByBasis(rules: readonly RuleReport[]) {
  const isAssumed = ({ basis }: RuleReport) => basis === "assumed";
  return { documented: rules.filter((rule) => !isAssumed(rule)), assumed: rules.filter(isAssumed) };
}
