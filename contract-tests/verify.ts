import { document } from "../spec/bundled.ts";
import type { RuleId } from "../spec/generated/rules.ts";
import { act } from "./act/act.ts";
import type { Pass, Purpose, RunRecord } from "./history/record.ts";
import { type Judgement, judge } from "./judge/judge.ts";
import { meansOf } from "./means.ts";
import { settingsOf, type VerifyOptions } from "./options.ts";
import { lengthOf, originOf, planConfirmation, type Suspicion, shortened, without } from "./plan/confirm.ts";
import { type Plan, planRun, within } from "./plan/plan.ts";
import type { Script } from "./plan/script.ts";
import type { Report } from "./report/report.ts";
import { reportOf } from "./report-of.ts";
import type { Target } from "./target.ts";

/** A report, and what it is made from. */
export interface Verified {
  readonly report: Report;
  readonly record: RunRecord;
}

/** What a pass does, for whoever waits. */
const doing: { readonly [purpose in Purpose]: string } = {
  look: "looking",
  confirm: "doing again what has failed",
  shrink: "looking for fewer steps that fail",
};

/** How often a story is made shorter; each time costs a crawl. */
const mostGenerations = 4;

/** Puts an implementation to the proof, and reports. */
export async function verify(target: Target, options: VerifyOptions = {}): Promise<Report> {
  return (await run(target, options)).report;
}

/** Puts an implementation to the proof: plans, acts, judges; what failed is done again, and told in fewer steps. */
export async function run(target: Target, options: VerifyOptions = {}): Promise<{ report: Report; record: RunRecord }> {
  const settings = settingsOf(options, target);
  const began = new Date();
  const passes: Pass[] = [];
  const pass = async (purpose: Purpose, wanted: Plan, named: readonly RuleId[] = []): Promise<Judgement[]> => {
    const plan = within(wanted, settings.maxWidgets);
    settings.progress(`${doing[purpose]}: ${plan.quiet.length + plan.scripts.length} scripts`);
    const nonce = `${settings.nonce}${passes.length === 0 ? "" : passes.length}`;
    const history = await act(document, target, plan, { ...settings, nonce, mostListCalls: settings.maxListCalls });
    passes.push({ purpose, plan, history });
    return judge(document, history, named);
  };
  const plan = planRun(document, settings);
  const suspicions = suspicionsOf(plan, await pass("look", plan));
  if (suspicions.length > 0) {
    const confirmation = planConfirmation(plan, suspicions);
    const named = suspicions.map(({ rule }) => rule);
    await pass("confirm", confirmation, named);
    await shrink(suspicions, (scripts) => pass("shrink", { quiet: [], scripts, visitor: [] }, named));
  }
  const record: RunRecord = {
    target: target.baseUrl,
    seed: settings.seed,
    began: began.toISOString(),
    wallMs: Date.now() - began.getTime(),
    means: meansOf(target, settings),
    passes,
  };
  return { report: reportOf(document, record), record };
}

/** Looks once: what fails is neither done again nor told in fewer steps. */
export async function look(target: Target, options: VerifyOptions = {}): Promise<Judgement[]> {
  const settings = settingsOf(options, target);
  const history = await act(document, target, planRun(document, settings), {
    ...settings,
    mostListCalls: settings.maxListCalls,
  });
  return judge(document, history);
}

/** What a run would do, with no call. */
export function planFor(target: Target, options: VerifyOptions = {}): Plan {
  return planRun(document, settingsOf(options, target));
}

/** For each rule that is not kept, the shortest script that shows it. */
function suspicionsOf(plan: Plan, judgements: readonly Judgement[]): Suspicion[] {
  const all = [...plan.quiet, ...plan.scripts];
  return judgements
    .filter(({ findings }) => findings.length > 0)
    .map(({ rule, findings }) => {
      const ids = new Set(findings.map(({ script }) => script));
      const [script] = all.filter(({ id }) => ids.has(id)).sort((a, b) => lengthOf(a) - lengthOf(b));
      return { rule, script };
    });
}

/** Leaves out of each script, all at once, the steps that are not needed for its breach, until none can be spared. */
async function shrink(
  suspicions: readonly Suspicion[],
  run: (scripts: readonly Script[]) => Promise<Judgement[]>,
): Promise<void> {
  let open: Shrinking[] = suspicions.flatMap(({ rule, script }) =>
    script && lengthOf(script) > 1 ? [{ rule, script, fallback: undefined }] : [],
  );
  for (let generation = 0; generation < mostGenerations && open.length > 0; generation++) {
    const candidates = open.map((one) => ({ ...one, shorter: shortened(one.script) }));
    const scripts = candidates.flatMap(({ script, shorter }) => [whole(script), ...shorter.map((one) => one.script)]);
    const judgements = await run([...new Map(scripts.map((script) => [script.id, script])).values()]);
    open = candidates.flatMap(({ rule, script, fallback, shorter }): Shrinking[] => {
      const failing = new Set(judgements.find((one) => one.rule === rule)?.findings.map((finding) => finding.script));
      // What could be left out one by one cannot always be left out together.
      if (!failing.has(whole(script).id)) return fallback ? [{ rule, script: fallback, fallback: undefined }] : [];
      const spared = shorter.filter((one) => failing.has(one.script.id));
      const [first] = spared;
      if (!first || lengthOf(first.script) === 0) return [];
      return [
        {
          rule,
          script: without(
            script,
            spared.map(({ cut }) => cut),
          ),
          fallback: first.script,
        },
      ];
    });
  }
}

/** A script on its way to its shortest form. */
interface Shrinking {
  readonly rule: RuleId;
  readonly script: Script;
  /** What is known to fail where this does not. */
  readonly fallback: Script | undefined;
}

/** A script under a name of its own. */
function whole(script: Script): Script {
  return { ...script, id: `${originOf(script.id)}~c0` };
}
