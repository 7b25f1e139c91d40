import type { History } from "../contract-tests/history/history.ts";
import type { Pass } from "../contract-tests/history/record.ts";
import {
  type ExplainedContradiction,
  explainedContradictions,
} from "../contract-tests/judge/contradiction-findings.ts";
import type { Finding } from "../contract-tests/judge/finding.ts";
import type { ConfirmedJudgement } from "../contract-tests/judge/judge-record.ts";
import { follow } from "../contract-tests/model/follow.ts";
import { othersMayAct, withOthers } from "../contract-tests/model/others.ts";
import { type Relaxation, Relaxed } from "../contract-tests/model/relaxation.ts";
import { entryOf } from "../contract-tests/rules/index.ts";
import { type Found, type RuleContext, ruleContext } from "../contract-tests/rules/rule-entry.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import type { RuleId } from "../spec/generated/rules.ts";

/** What whoever runs the proxy knows of the server. */
export interface WatchOptions {
  /** Whether nobody changes widgets but through the proxy. */
  readonly isExclusive: boolean;
  /** Whether each key is that of another organization. */
  readonly isSeparate: boolean;
  /** How old what a read shows may be, in milliseconds. */
  readonly readLagMs: number;
}

/** Something that was seen of a rule. */
export interface WatchedFinding {
  readonly finding: Finding;
  /** The exchanges whose answers show it, by their numbers. */
  readonly shownBy: readonly number[];
  /** Why it proves nothing, and the option that would make it a proof; left out where it is one. */
  readonly doubt?: { readonly reason: string; readonly option?: string };
}

/** Judges what went through the proxy: what is proved, and what is seen and may have another reason. */
export function judgeWatched(document: WidgetsDocument, history: History, options: WatchOptions): WatchedFinding[] {
  const context = ruleContext(document, history);
  const calls = callFindings(context, options);
  const named = calls.filter(({ doubt }) => !doubt).map(({ finding }) => finding.rule);
  if (context.hasSameIds) return calls;
  const withAll = { ...context, model: withOthers(document, context.model) };
  const certain = explainedContradictions(withAll, named, [othersMayAct]);
  const proved = certain.map((one) =>
    weighed(one, { context: withAll, all: certain, allowed: [othersMayAct], options }),
  );
  // What one widget shows is told once.
  const known = new Set(certain.map(({ contradiction }) => contradiction.timeline));
  const left = { ...context, timelines: context.timelines.filter((timeline) => !known.has(timeline)) };
  const possible = possibleFindings(left, named, options);
  return [...calls, ...withoutHidden([...proved, ...possible], calls, context)];
}

/** What does not fit where nobody else acts: a proof only where that is known. */
function possibleFindings(context: RuleContext, named: readonly RuleId[], options: WatchOptions): WatchedFinding[] {
  const atOnce = { ...context, model: { ...context.model, readLagMs: 0 } };
  const possible = explainedContradictions(atOnce, named);
  if (possible.length === 0) return [];
  const timelines = possible.map(({ contradiction }) => contradiction.timeline);
  const lasting = options.readLagMs === 0 ? possible : explainedContradictions({ ...context, timelines }, named);
  const isLasting = new Set(lasting.map(({ contradiction }) => contradiction.timeline));
  const late = lasting.map((one): WatchedFinding => {
    const found = weighed(one, { context, all: lasting, allowed: [], options });
    return found.doubt || options.isExclusive ? found : { ...found, doubt: someoneElse };
  });
  const soon = possible
    .filter(({ contradiction }) => !isLasting.has(contradiction.timeline))
    .map(({ finding, contradiction }): WatchedFinding => {
      const reason = `reads may lag by ${options.readLagMs / 1000} s`;
      return { finding, shownBy: [contradiction.moment.exchange.n], doubt: { reason, option: "--read-lag 0s" } };
    });
  return [...late, ...soon];
}

/** Findings that are not only what follows from another one. */
function withoutHidden(
  findings: readonly WatchedFinding[],
  calls: readonly WatchedFinding[],
  context: RuleContext,
): WatchedFinding[] {
  const roots = [...calls.filter(({ doubt }) => !doubt), ...findings];
  const isHidden = ({ finding }: WatchedFinding) => {
    const found: Found = { finding, by: "timeline" };
    return roots.some((root) => entryOf(root.finding.rule).hides?.(found, context, root.finding));
  };
  return findings.filter((one) => !isHidden(one));
}

const someoneElse = {
  reason: "somebody who calls the server beside the proxy may have done it",
  option: "--exclusive",
} as const;

/** What calls prove by themselves. */
function callFindings(context: RuleContext, { isSeparate, isExclusive }: WatchOptions): WatchedFinding[] {
  return Object.entries(context.document["x-rules"]).flatMap(([id, { basis }]) => {
    const rule = id as RuleId;
    // Two keys may be of one organization.
    if (basis === "assumed" || (rule === "SCOPE-2" && !isSeparate)) return [];
    const breaches = entryOf(rule).watched?.(context) ?? [];
    return breaches.map(({ doubt, ...breach }): WatchedFinding => {
      const finding: Finding = { rule, level: "fail", ...breach };
      const found = { finding, shownBy: finding.calls.slice(-1) };
      return doubt === undefined || (isExclusive && doubt.option === "--exclusive") ? found : { ...found, doubt };
    });
  });
}

interface Weighing {
  readonly context: RuleContext;
  readonly all: readonly ExplainedContradiction[];
  readonly allowed: readonly Relaxation[];
  readonly options: WatchOptions;
}

/** How sure a contradiction is: seen on two widgets, or twice on one, and not within the time that a read may lag. */
function weighed({ finding, contradiction }: ExplainedContradiction, weighing: Weighing): WatchedFinding {
  const { all, options } = weighing;
  const { timeline, moment } = contradiction;
  const shownBy = contradictingCalls(contradiction, weighing);
  const found = { finding, shownBy };
  // In the answer to a create there is nothing else that it could be.
  if (moment.exchange === timeline.created) return found;
  if (isWithinLag(contradiction, options.readLagMs)) {
    const reason = `it was seen within ${options.readLagMs / 1000} s of a write, and reads may lag`;
    return { ...found, doubt: { reason, option: "--read-lag 0s" } };
  }
  if ((entryOf(finding.rule).isProof && moment.kind === "shown") || shownBy.length > 1) return found;
  const isOver =
    moment.kind !== "call" &&
    timeline.moments.some((one) => one.kind === "shown" && one.exchange.began > moment.exchange.ended);
  const isElsewhere = all.some((one) => one.finding.rule === finding.rule && one.contradiction.timeline !== timeline);
  if (isElsewhere && !isOver) return found;
  return {
    ...found,
    doubt: { reason: isOver ? "it was seen once, and later reads were in order" : "it was seen once" },
  };
}

/** So many answers of one life are looked for that show the same. */
const maxShown = 20;

/** The exchanges that do not fit, each once those before it are left out. */
function contradictingCalls(
  { timeline, moment }: ExplainedContradiction["contradiction"],
  { context, allowed }: Weighing,
): number[] {
  const { calls, model } = context;
  const shown = [moment.exchange.n];
  if (moment.exchange === timeline.created) return shown;
  let moments = timeline.moments.filter((one) => one.exchange !== moment.exchange);
  while (shown.length < maxShown) {
    const again = follow({ timeline: { ...timeline, moments }, calls, context: model }, new Relaxed(allowed));
    if (!again) break;
    shown.push(again.moment.exchange.n);
    moments = moments.filter((one) => one.exchange !== again.moment.exchange);
  }
  return shown;
}

/** Whether a read may show what was before the last write, or a write be done where that is not known yet. */
function isWithinLag({ timeline, moment }: ExplainedContradiction["contradiction"], readLagMs: number): boolean {
  const writes = timeline.moments.filter((one) => one.kind === "call" && one.exchange.ended < moment.exchange.began);
  const last = Math.max(timeline.created.t1, ...writes.map(({ exchange }) => exchange.t1));
  return readLagMs > 0 && moment.exchange.t0 - last < readLagMs;
}

/** One organization's history, with what was seen in it. */
export interface WatchedPass {
  readonly pass: Pass;
  /** What documented rules were judged by. */
  readonly judged: History;
  readonly findings: readonly WatchedFinding[];
}

/** The verdict on each documented rule, by all that was watched. */
export function watchedJudgements(
  document: WidgetsDocument,
  passes: readonly WatchedPass[],
  options: WatchOptions,
): ConfirmedJudgement[] {
  const contexts = passes.map(({ judged }) => ruleContext(document, judged));
  return Object.entries(document["x-rules"]).flatMap(([id, { basis }]): ConfirmedJudgement[] => {
    const rule = id as RuleId;
    return basis === "assumed" ? [] : [judgementOf(rule, passes, contexts, options)];
  });
}

function judgementOf(
  rule: RuleId,
  passes: readonly WatchedPass[],
  contexts: readonly RuleContext[],
  { isSeparate }: WatchOptions,
): ConfirmedJudgement {
  const found = passes.flatMap(({ pass, findings }) =>
    findings.filter(({ finding }) => finding.rule === rule).map((one) => ({ ...one, pass })),
  );
  const { evidence, watched, relaxations = [] } = entryOf(rule);
  const isWatched =
    (watched !== undefined || relaxations.some(({ needsQuiet }) => !needsQuiet)) && (rule !== "SCOPE-2" || isSeparate);
  const observations = isWatched ? contexts.reduce((sum, context) => sum + (evidence?.(context) ?? 0), 0) : 0;
  const proved = found.filter(({ doubt }) => doubt === undefined);
  const shown = proved.length > 0 ? proved : found;
  const [first] = [...shown].sort((a, b) => a.finding.calls.length - b.finding.calls.length);
  const findings = shown.map(({ finding }) => finding);
  if (!first) {
    if (observations > 0) return { rule, verdict: "pass", observations, findings };
    return { rule, verdict: "not-observed", observations: 0, findings, ...notWatched(rule, isWatched) };
  }
  const reproduction = { finding: first.finding, pass: first.pass };
  if (first.doubt) return { rule, verdict: "inconclusive", observations, findings, reproduction, ...first.doubt };
  const verdict = findings.every(({ level }) => level === "warn") ? "warn" : "fail";
  return { rule, verdict, observations, findings, reproduction };
}

function notWatched(rule: RuleId, isWatched: boolean) {
  if (isWatched) return { reason: "nothing that went through the proxy shows it" };
  if (rule === "SCOPE-2") return { reason: "two keys may be of one organization", option: "--separate-organizations" };
  return { reason: "watching alone cannot prove it: widgets-mock contract tries it" };
}
