import type { WidgetsDocument } from "../spec/document.ts";
import type { RuleId } from "../spec/generated/rules.ts";
import type { Pass, Purpose, RunRecord } from "./history/record.ts";
import type { Judgement } from "./judge/judge.ts";
import { type ConfirmedJudgement, judgeRecord, scriptsFor } from "./judge/judge-record.ts";
import { lengthOf, planConfirmation, planShrinking, planTogether, type Suspicion } from "./plan/confirm.ts";
import { ofLane, type Plan } from "./plan/plan.ts";
import type { Script } from "./plan/script.ts";
import { entryOf } from "./rules/index.ts";
import { shrink } from "./shrink.ts";

/** How often a breach has to show again that shows only with what other scripts do beside it. */
const timesTogether = 2;

/** So many calls may be made in search of shorter scripts also where the plan made fewer: a `normal` one makes as many. */
const callsToShrink = 1000;

/** So many steps of its own are as much to follow as another script. */
const stepsPerScript = 3;

/** What a draft shows may not come again: whatever else shows it is tried before. */
const weightOfDraft = 1e6;

/** What passes are made with. */
export interface Passes {
  readonly document: WidgetsDocument;
  readonly pass: (purpose: Purpose, plan: Plan) => Promise<Judgement[]>;
  /** The run so far. */
  readonly record: () => RunRecord;
}

/** Does again what has failed, and makes shorter what fails each time. */
export async function reproduce(
  plan: Plan,
  suspicions: readonly Suspicion[],
  { document, pass, record }: Passes,
): Promise<void> {
  const rulesIn = (isWanted: (judgement: ConfirmedJudgement) => boolean): Set<RuleId> =>
    new Set(
      judgeRecord(document, record())
        .filter(isWanted)
        .map(({ rule }) => rule),
    );
  // One exchange may be proof.
  const open = suspicions.filter(({ rule, script }) => script !== undefined || !entryOf(rule).isProof);
  if (open.length > 0) await pass("reproduce", planConfirmation(plan, open));
  // What could not be done as it was says nothing: the target may have been faster or slower then.
  const untold = rulesIn((one) => isDoubtful(one) && one.reproduced?.of === 0);
  const others = open.filter(({ rule }) => untold.has(rule)).flatMap((one) => one.others ?? []);
  if (others.length > 0) await pass("reproduce", planConfirmation(plan, others));
  // What did not show alone may need what others did beside it; what shows with that has to show twice.
  let untried = rulesIn((one) => isDoubtful(one) && (one.reproduced?.of ?? 0) === 0);
  for (let times = 0; times < timesTogether && untried.size > 0; times++) {
    const together = suspicions.filter(({ rule }) => untried.has(rule));
    await pass("reproduce", planTogether(plan, together));
    const shown = rulesIn(({ reproduced }) => (reproduced?.times ?? 0) > times);
    untried = new Set([...untried].filter((rule) => shown.has(rule)));
  }
  const sure = rulesIn((judgement) => !isDoubtful(judgement));
  await shrink(
    suspicions
      .filter(({ rule }) => sure.has(rule))
      .map((one) => (untold.has(one.rule) ? (one.others?.[0] ?? one) : one)),
    async (scripts) => (hasCallsFor(record()) ? pass("shrink", planShrinking(plan, scripts)) : []),
  );
}

/** Whether shorter scripts may be tried: that costs no more calls than a whole plan does. */
function hasCallsFor({ passes }: RunRecord): boolean {
  const calls = (wanted: Purpose) =>
    passes.filter(({ purpose }) => purpose === wanted).reduce((sum, { history }) => sum + history.exchanges.length, 0);
  return calls("shrink") < Math.max(calls("explore"), callsToShrink);
}

function isDoubtful({ verdict, findings }: ConfirmedJudgement): boolean {
  return verdict === "inconclusive" && findings.length > 0;
}

/** So many other scripts are kept for each rule. */
const mostOthers = 2;

/** For each rule that is not kept, the script that shows it with the fewest others and steps; none where an operation never works. */
export function suspicionsOf({ plan, history }: Pass, judgements: readonly Judgement[]): Suspicion[] {
  const all = ofLane(plan.scripts, "quiet", "parallel");
  return judgements
    .filter(({ findings, verdict }) => findings.length > 0 && verdict !== "error")
    .filter(({ findings }) => !findings.some(({ neverWorks }) => neverWorks))
    .map(({ rule, findings }): Suspicion => {
      const found = findings.map((finding): Suspicion => {
        const script = all.find(({ id }) => id === finding.script);
        const steps = history.exchanges
          .filter(({ n, origin }) => finding.calls.includes(n) && origin?.script === finding.script)
          .flatMap(({ origin }) => origin?.step ?? []);
        const shownAt = steps.length > 0 ? { shownAt: Math.max(...steps) } : {};
        return { rule, script, beside: scriptsFor(finding, history), ...shownAt };
      });
      const [first, ...rest] = found.sort((a, b) => weightOf(a, plan.scripts) - weightOf(b, plan.scripts));
      if (!first) return { rule, script: undefined, beside: new Set() };
      const isAnother = ({ script, beside }: Suspicion) => script && script !== first.script && beside.size === 1;
      const others = first.script ? rest.filter(isAnother).slice(0, mostOthers) : [];
      return others.length > 0 ? { ...first, others } : first;
    });
}

/**
 * How much it takes to show a breach: a script that does it alone comes first, or with what is done again anyway, and one that
 * does it to a draft last: that may be active the next time.
 */
function weightOf({ script, beside, shownAt }: Suspicion, scripts: readonly Script[]): number {
  if (!script) return Number.POSITIVE_INFINITY;
  const isAnyway = ({ id, lane }: Script) =>
    id === script.id || lane === "foreign" || (lane === "quiet" && script.lane === "quiet");
  const others = scripts.filter((one) => beside.has(one.id) && !isAnyway(one));
  const active = script.steps.findIndex((step) => step.kind === "wait" && step.until === "active");
  const ofDraft = shownAt !== undefined && shownAt < active ? weightOfDraft : 0;
  return ofDraft + others.length * stepsPerScript + lengthOf(script);
}
