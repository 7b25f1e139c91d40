import type { Rule } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { DialectFile } from "../dialect/observe.ts";
import type { Purpose } from "../history/record.ts";
import type { Finding } from "../judge/finding.ts";
import type { Verdict } from "../judge/judge.ts";
import type { Script } from "../plan/script.ts";
import type { Known } from "./known-violations.ts";

/**
 * What a run has come to, as plain data: the content of `report.json`. Every other form of a report is made from it alone.
 * Text that came from the target has its control characters escaped.
 */
export interface Report {
  /** What the random part of the plan was made from. */
  readonly seed: number;
  /** See `exitOf`. */
  readonly exit: Exit;
  /** Where the implementation is. */
  readonly target: string;
  /** When the run began, by RFC 3339; the same when it is judged again. */
  readonly began: string;
  readonly stats: Stats;
  /** Why the run ended before everything was done; left out where all was. */
  readonly cutShort?: string;
  /** Widgets of the run that may still be there, each with what the last try to delete it was answered with. */
  readonly left: readonly { readonly id: string; readonly name: string; readonly why: string }[];
  /** Every documented rule in the document's order, and after them the assumed ones: `basis` tells them apart. */
  readonly rules: readonly RuleReport[];
  /** What the target was seen to do where the documentation is silent, as `widgets-mock --dialect` takes it. */
  readonly dialect: DialectFile;
}

/**
 * 0 where every rule that was judged is kept, 1 where one is not, 2 where nothing could be judged or something else went
 * wrong.
 */
export type Exit = 0 | 1 | 2;

/** What a run has cost. */
export interface Stats {
  readonly calls: number;
  /** Widgets that were made, and deleted at the end. */
  readonly widgets: number;
  readonly crawls: number;
  /** In real milliseconds. */
  readonly wallMs: number;
  readonly passes: readonly PassStats[];
}

/** Where the time of a run went. */
export interface PassStats {
  readonly purpose: Purpose;
  readonly calls: number;
  readonly widgets: number;
  /** From its first call to its last, in milliseconds of the target's clock where the run moves it. */
  readonly ms: number;
  /** How much of that some widget waited for its first crawl. */
  readonly crawlMs: number;
}

/** What is said of one rule. */
export interface RuleReport {
  readonly id: RuleId;
  /** The rule's own sentence, in Markdown. */
  readonly says: string;
  readonly basis: Rule["basis"];
  readonly level: Rule["level"];
  readonly verdict: Verdict;
  /** How often it was put to the proof. */
  readonly observed: number;
  /** Why there is no verdict: given for `not-observed`, `inconclusive` and `error`. */
  readonly reason?: string;
  /** The option of the command that would change it, where there is one. */
  readonly option?: string;
  /** How often what failed failed again, and of how many times. */
  readonly confirmed?: { readonly times: number; readonly of: number };
  /** Whether it is one of those by which the exit is 1. */
  readonly counts?: true;
  /** That somebody knows of it: it does not count until that expires. */
  readonly known?: Known;
  readonly findings: readonly Finding[];
  /** The shortest story that shows what was found. */
  readonly story?: Reproduction;
}

/** What was found, so that one can see it again. */
export interface Reproduction {
  /** What was seen. */
  readonly says: string;
  /** What would have been right. */
  readonly right: string;
  /**
   * The same for a POSIX shell with curl and jq, lines to be pasted one after the other: they make widgets of their own, do
   * what showed the breach, and delete them. The key is taken from WIDGETS_API_KEY.
   */
  readonly shell: readonly string[];
  /** What came back in the run, in order. */
  readonly answers: readonly ReportedResponse[];
  /** What was done, for `--replay`: with one widget, or with as many as it takes. */
  readonly scripts: readonly Script[];
  /** All that was seen of the widget until then; left out where it is about no single widget. */
  readonly timeline?: ReportedTimeline;
}

/** What a run saw of one widget, in order. */
export interface ReportedTimeline {
  /** Its id. */
  readonly widget: string;
  readonly moments: readonly ReportedMoment[];
}

/** Something that was done or seen. */
export interface ReportedMoment {
  /** Milliseconds from the create to its beginning and to its end. */
  readonly from: number;
  readonly to: number;
  /** `beside` for what was done with another widget. */
  readonly kind: "write" | "read" | "list" | "beside" | "told";
  /** The operation's id, a member of the adapter, or an event. */
  readonly call: string;
  /** The HTTP status; left out where none came. */
  readonly answer?: number;
  /** The widget's status as it was shown; null where it was found to be missing, left out where nothing was told of it. */
  readonly shows?: string | null;
  /** What an adapter told, in a word: whether a conversation started. */
  readonly says?: string;
  /** Whether it is what the story is told for. */
  readonly isFinding?: boolean;
}

/** What came back from a call, or was told by an adapter. */
export interface ReportedResponse {
  /** The operation's id, a member of the adapter, or an event. */
  readonly call: string;
  /** The HTTP status; left out where none came. */
  readonly status?: number;
  /** Of what came, what matters here. */
  readonly shows?: string;
  /** Whether it is what the story is told for. */
  readonly isFinding?: boolean;
}

const gravest: readonly Verdict[] = ["fail", "error", "warn", "inconclusive", "note"];

/** The rules that a story is told of, the gravest first. */
export function told({ rules }: Report): RuleReport[] {
  return rules.filter(({ story }) => story).sort((a, b) => gravest.indexOf(a.verdict) - gravest.indexOf(b.verdict));
}

/** The part of a rule's id before its number. */
export function groupOf(id: string): string {
  return id.replace(/-\d+$/, "");
}
