import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isWrite, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { scriptsBeside } from "../history/neighbours.ts";
import type { Pass, RunRecord } from "../history/record.ts";
import { copyOf } from "../plan/confirm.ts";
import { ofLane, type Plan } from "../plan/plan.ts";
import type { Script } from "../plan/script.ts";
import { entryOf } from "../rules/index.ts";
import type { Finding } from "./finding.ts";
import { type Judgement, judge, type Verdict } from "./judge.ts";

/** On so many widgets of one pass a draft that had been active is seen once, and twice again. */
const minDraftsAgain = 3;

/** A verdict with how sure it is, and its shortest reproduction. */
export interface ConfirmedJudgement extends Judgement {
  /** How often a breach was reproduced, of how many times; undefined where nothing was tried again. */
  readonly reproduced?: { readonly times: number; readonly of: number };
  /** The finding that is the shortest to follow, and the pass that its calls are in. */
  readonly reproduction?: { readonly finding: Finding; readonly pass: Pass };
}

/** Judges a whole run: what was seen fewer times than it was tried is inconclusive. */
export function judgeRecord(document: WidgetsDocument, record: RunRecord): ConfirmedJudgement[] {
  const [look, ...later] = record.passes;
  if (!look) return [];
  const { rules } = record.means;
  const judged = (pass: Pass, named?: readonly RuleId[]) =>
    judge(document, pass.history, named && { named, history: look.history }).filter(
      ({ rule }) => rules?.includes(rule) ?? true,
    );
  const first = { pass: look, judgements: judged(look) };
  const named = first.judgements
    .filter(({ findings, verdict }) => findings.length > 0 && verdict !== "error")
    .map(({ rule }) => rule);
  const others = later.map((pass) => ({ pass, judgements: judged(pass, named) }));
  return first.judgements.map((judgement) => {
    const { rule, findings } = judgement;
    if (findings.length === 0 || judgement.verdict === "error") return judgement;
    const again = others.map((one) => ({ ...one, found: one.judgements.find((other) => other.rule === rule) }));
    const counted = timesShown(judgement, look, again);
    const isProof = entryOf(rule).isProof === true;
    // Of what is proof nothing has to be tried again.
    const reproduced = isProof && counted?.of === 0 ? undefined : counted;
    const all = [{ pass: first.pass, found: judgement }, ...again].flatMap(({ pass, found }) =>
      (found?.findings ?? []).map((finding) => ({ finding, pass })),
    );
    const reproduction = all.sort((a, b) => weightOf(a) - weightOf(b))[0];
    // Where nothing was tried again the run ended before.
    const isEachTime = reproduced !== undefined && reproduced.times > 0 && reproduced.times === reproduced.of;
    const isSure = isEachTime || isProof;
    const verdict: Verdict = isSure ? judgement.verdict : "inconclusive";
    return { ...judgement, verdict, ...(reproduced ? { reproduced } : {}), ...(reproduction ? { reproduction } : {}) };
  });
}

/** How much there is to read: calls first, then whether it takes an adapter to see them all, then what they send. */
function weightOf({ finding, pass }: NonNullable<ConfirmedJudgement["reproduction"]>): number {
  const bodies = pass.history.exchanges.filter(({ n }) => finding.calls.includes(n)).map(({ request }) => request.body);
  const looks = ofLane(pass.plan.scripts, "visitor").some(({ id }) => id === finding.script) ? 5e5 : 0;
  return finding.calls.length * 1e6 + looks + JSON.stringify(bodies).length;
}

/** A pass that came after the first, with what it has shown of a rule. */
interface Again {
  readonly pass: Pass;
  readonly judgements: readonly Judgement[];
  readonly found: Judgement | undefined;
}

/** The scripts that a finding takes to be seen again: its own, those whose calls show it, and those that did something beside it. */
export function scriptsFor({ script, about, calls }: Finding, history: History): Set<string> {
  const named = history.exchanges.filter(({ n }) => calls.includes(n));
  const own = new Set(named.flatMap(({ origin }) => origin?.script ?? []));
  for (const one of [script, about]) if (one !== undefined) own.add(one);
  const until = Math.max(0, ...named.map(({ ended }) => ended));
  const of = script ?? about;
  return new Set([...own, ...(of === undefined ? [] : scriptsBeside(of, until, history))]);
}

/** How often a breach was reproduced, or, where nothing that can be compared was tried again, how often the first pass itself tried it. */
function timesShown(judgement: Judgement, look: Pass, again: readonly Again[]): ConfirmedJudgement["reproduced"] {
  const counted = timesReproduced(judgement, look, again);
  if (counted && counted.of > 0 && counted.times === counted.of) return counted;
  const drafts = Math.max(...[judgement, ...again.map(({ found }) => found)].map(widgetsDraftAgain));
  // A copy may read before or after the moment: each widget that was seen in it is a case of its own.
  if (drafts >= minDraftsAgain) return { times: drafts, of: drafts };
  return counted && counted.of > 0 ? counted : (timesTried(judgement) ?? counted);
}

/** On how many widgets a pass has shown a draft that had been active. */
function widgetsDraftAgain(judgement: Judgement | undefined): number {
  const drafts = (judgement?.findings ?? []).filter(({ isDraftAgain }) => isDraftAgain);
  return new Set(drafts.map(({ script, about }) => script ?? about)).size;
}

/** How often what showed a breach showed it again: copies of its scripts, or everything that was done beside them. */
function timesReproduced(
  { findings }: Judgement,
  look: Pass,
  again: readonly Again[],
): ConfirmedJudgement["reproduced"] {
  if (again.length === 0) return undefined;
  const ids = new Set(findings.map(({ script }) => script));
  const origins = look.plan.scripts.filter(({ id }) => ids.has(id));
  // What takes several scripts to see is tried where all of them are done.
  const needed = findings.map((finding) => [...scriptsFor(finding, look.history)]);
  const isTried = ({ pass }: Again) => {
    const planned = new Set(pass.plan.scripts.map(({ id }) => id));
    return needed.some((some) => some.every((id) => planned.has(id)));
  };
  const counts = again.map((one) => triesOf(origins, { look, findings }, { ...one, isTried: isTried(one) }));
  const sum = (name: "times" | "of") => counts.reduce((total, count) => total + count[name], 0);
  return { times: sum("times"), of: sum("of") };
}

/** How often the first pass itself tried it, and each time with the same result; undefined where that leaves a doubt. */
function timesTried({ findings }: Judgement): ConfirmedJudgement["reproduced"] {
  const times = Math.max(0, ...findings.map(({ tries = 0 }) => tries));
  return times > 0 ? { times, of: times } : undefined;
}

/**
 * How often a pass tried it again, and how often that failed. What cannot be compared is no try: a script that was not done
 * as it was then, or that shows the breach of another rule, and a pass in which nothing was seen of the rule.
 */
function triesOf(
  origins: readonly Script[],
  { look, findings: before }: { readonly look: Pass; readonly findings: readonly Finding[] },
  { pass, judgements, found, isTried }: Again & { readonly isTried: boolean },
) {
  const { purpose, plan, history } = pass;
  const findings = found?.findings ?? [];
  const failed = new Set(findings.map(({ script }) => script));
  const broken = new Set(judgements.flatMap((one) => one.findings.map(({ script }) => script)));
  const pairs = plan.scripts.flatMap((copy) => {
    const origin = origins.find((one) => isCopy(copy, one));
    return origin ? [{ copy, origin }] : [];
  });
  const isRuleSeen = (found?.observations ?? 0) > 0;
  const tries = pairs.filter(
    ({ copy, origin }) =>
      failed.has(copy.id) ||
      (isRuleSeen && !broken.has(copy.id) && isDoneAs(origin.id, look.history, { id: copy.id, history })),
  );
  if (pairs.length > 0) {
    const times = tries.filter(({ copy }) => failed.has(copy.id)).length;
    // Alone it was not as it was then.
    const isAlone = ({ copy, origin }: (typeof pairs)[number]) =>
      hadOthersBeside(origin.id, before, look.history) && (times === 0 || !hasOthersBeside(copy.id, history));
    const isUntold = times < tries.length && tries.every((one) => failed.has(one.copy.id) || isAlone(one));
    return isUntold ? { times: 0, of: 0 } : { times, of: tries.length };
  }
  const isSame = ({ script, about }: Finding) =>
    before.some((one) => (one.script ?? one.about) === undefined || [one.script, one.about].includes(script ?? about));
  const times = findings.some(isSame) ? 1 : 0;
  const isSeen = isTried && purpose === "reproduce" && isQuietPlayed(plan, history) && isRuleSeen;
  return { times, of: Math.max(times, isSeen ? 1 : 0) };
}

/** Whether others did something to the widget on which a script showed a breach, or to one for its site. */
function hadOthersBeside(script: string, findings: readonly Finding[], history: History): boolean {
  return findings
    .filter((finding) => finding.script === script)
    .every((finding) => [...scriptsFor(finding, history)].some((id) => id !== script));
}

/** Whether anything else was done to the widget of a script, or to one for its site. */
function hasOthersBeside(script: string, history: History): boolean {
  return scriptsBeside(script, Number.POSITIVE_INFINITY, history).length > 0;
}

/** Whether a script is another one as it was, under an id of its own; one that was made shorter is not. */
function isCopy(copy: Script, origin: Script): boolean {
  return copy.copyOf === origin.id && JSON.stringify(copy.steps) === JSON.stringify(copyOf(origin, "").steps);
}

/** Whether every call of a script was answered. */
function isPlayed(script: string, { exchanges }: History): boolean {
  const own = exchanges.filter((exchange) => exchange.origin?.script === script);
  return own.length > 0 && own.every((exchange) => outcomeOf(exchange) !== "unknown");
}

/** Whether every call of a copy was answered, and each write was accepted that was accepted then. */
function isDoneAs(origin: string, history: History, copy: { readonly id: string; readonly history: History }): boolean {
  const acceptedOf = (script: string, { exchanges }: History) =>
    exchanges
      .filter((one) => one.origin?.script === script && isWrite(one) && outcomeOf(one) === "done")
      .map(({ origin: place, operation }) => `${place?.step} ${operation}`);
  const accepted = new Set(acceptedOf(copy.id, copy.history));
  return isPlayed(copy.id, copy.history) && acceptedOf(origin, history).every((one) => accepted.has(one));
}

/** Whether every call of the quiet lane was answered, and of anything at all. */
function isQuietPlayed({ scripts }: Plan, history: History): boolean {
  const quiet = ofLane(scripts, "quiet");
  const all = quiet.length > 0 ? quiet : ofLane(scripts, "visitor", "parallel").slice(0, 1);
  return all.every(({ id }) => isPlayed(id, history));
}
