import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import type { Pass, RunRecord } from "../history/record.ts";
import { originalId } from "../plan/confirm.ts";
import { ofLane, type Plan } from "../plan/plan.ts";
import type { Script } from "../plan/script.ts";
import { entryOf } from "../rules/index.ts";
import type { Finding } from "./finding.ts";
import { type Judgement, judge, type Verdict } from "./judge.ts";

/** A verdict with how sure it is, and its shortest reproduction. */
export interface ConfirmedJudgement extends Judgement {
  /** How often a breach was reproduced, of how many times; undefined where nothing was tried again. */
  readonly reproduced?: { readonly times: number; readonly of: number };
  /** The finding that is the shortest to follow, and the pass that its calls are in. */
  readonly reproduction?: { readonly finding: Finding; readonly pass: Pass };
}

/** Judges a whole run: what was seen once and never again is inconclusive. */
export function judgeRecord(document: WidgetsDocument, record: RunRecord): ConfirmedJudgement[] {
  const [look, ...later] = record.passes;
  if (!look) return [];
  const { rules } = record.means;
  const judged = (pass: Pass, named?: readonly RuleId[]) =>
    judge(document, pass.history, named).filter(({ rule }) => rules?.includes(rule) ?? true);
  const first = { pass: look, judgements: judged(look) };
  const named = first.judgements
    .filter(({ findings, verdict }) => findings.length > 0 && verdict !== "error")
    .map(({ rule }) => rule);
  const others = later.map((pass) => ({ pass, judgements: judged(pass, named) }));
  return first.judgements.map((judgement) => {
    const { rule, findings } = judgement;
    if (findings.length === 0 || judgement.verdict === "error") return judgement;
    const again = others.map(({ pass, judgements }) => ({ pass, found: judgements.find((one) => one.rule === rule) }));
    const reproduced = timesReproduced(judgement, again) ?? timesTried(judgement);
    const all = [{ pass: first.pass, found: judgement }, ...again].flatMap(({ pass, found }) =>
      (found?.findings ?? []).map((finding) => ({ finding, pass })),
    );
    const reproduction = all.sort((a, b) => weightOf(a) - weightOf(b))[0];
    // Where nothing was tried again the run ended before.
    const isSure = (reproduced !== undefined && reproduced.times > 0) || entryOf(rule).isProof === true;
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

/** How often what showed a breach showed it again: copies of its scripts, or everything that was planned. */
function timesReproduced(
  { findings }: Judgement,
  again: readonly { readonly pass: Pass; readonly found: Judgement | undefined }[],
): ConfirmedJudgement["reproduced"] {
  if (again.length === 0) return undefined;
  const origins = new Set(findings.map(({ script }) => script).filter((script) => script !== undefined));
  const counts = again.map(({ pass, found }) => triesIn(pass, found?.findings ?? [], origins));
  const sum = (name: "times" | "of") => counts.reduce((total, count) => total + count[name], 0);
  return { times: sum("times"), of: sum("of") };
}

/** How often the first pass itself tried it, and each time with the same result; undefined where that leaves a doubt. */
function timesTried({ findings }: Judgement): ConfirmedJudgement["reproduced"] {
  const times = Math.max(0, ...findings.map(({ tries = 0 }) => tries));
  return times > 0 ? { times, of: times } : undefined;
}

/** How often a pass tried it again, and how often that failed. What could not be done to its end is no try. */
function triesIn({ purpose, plan, history }: Pass, findings: readonly Finding[], origins: ReadonlySet<string>) {
  const copies = plan.scripts.filter((one) => isCopy(one) && origins.has(originalId(one)));
  const failed = new Set(findings.map(({ script }) => script));
  const played = copies.filter(({ id }) => failed.has(id) || isPlayed(id, history));
  if (copies.length > 0) return { times: played.filter(({ id }) => failed.has(id)).length, of: played.length };
  const isTry = findings.length > 0 || (purpose === "reproduce" && isQuietPlayed(plan, history));
  return { times: findings.length > 0 ? 1 : 0, of: isTry ? 1 : 0 };
}

/** Whether a script is another one as it was, under an id of its own; a cut one is not. */
function isCopy({ copyOf, cut }: Script): boolean {
  return copyOf !== undefined && cut === undefined;
}

/** Whether every call of a script was answered. */
function isPlayed(script: string, { exchanges }: History): boolean {
  const own = exchanges.filter((exchange) => exchange.origin?.script === script);
  return own.length > 0 && own.every((exchange) => outcomeOf(exchange) !== "unknown");
}

/** Whether every call of the quiet lane was answered, and of anything at all. */
function isQuietPlayed({ scripts }: Plan, history: History): boolean {
  const quiet = ofLane(scripts, "quiet");
  const all = quiet.length > 0 ? quiet : ofLane(scripts, "visitor", "parallel").slice(0, 1);
  return all.every(({ id }) => isPlayed(id, history));
}
