import { setMaxListeners } from "node:events";
import type { RuleId } from "../spec/generated/rules.ts";
import { act, type KnownBefore } from "./act/act.ts";
import { type Ledger, noLedger, temporaryLedger } from "./act/ledger.ts";
import { preflight } from "./act/preflight.ts";
import { defined } from "./defined.ts";
import { expectationOf } from "./dialect/assumed-judgements.ts";
import { mayHaveCreated } from "./history/exchange.ts";
import type { History } from "./history/history.ts";
import type { Pass, Purpose, RunRecord } from "./history/record.ts";
import { closeConnections } from "./http/http-client.ts";
import { type Judgement, judge } from "./judge/judge.ts";
import { meansOf } from "./means.ts";
import { type RunSettings, settingsOf, type VerifyOptions, widgetsToExplore } from "./options.ts";
import { originalId } from "./plan/confirm.ts";
import { type Plan, planRun, widgetsIn, within } from "./plan/plan.ts";
import { type Price, priceOf } from "./plan/price.ts";
import type { Report } from "./report/report.ts";
import { passNames } from "./report/run-summary.ts";
import { reportOf } from "./report-of.ts";
import { reproduce, suspicionsOf } from "./reproduce.ts";
import type { EarlierPass } from "./rules/rule-entry.ts";
import type { Target } from "./target.ts";
import { wrongCallersFor } from "./wrong-credential.ts";

/** How long after its time limit a run may still be ending, in milliseconds. */
const graceMs = 500;
const maxTimerMs = 2 ** 31 - 1 - graceMs;

/** A report, and what it is made from. */
export interface Verified {
  readonly report: Report;
  readonly record: RunRecord;
}

/**
 * Puts an implementation to the proof, and reports.
 * @throws DialectError where the expected dialect is none
 * @throws PreflightError where the target cannot be reached or tested as it was given
 */
export async function verify(target: Target, options: VerifyOptions = {}): Promise<Report> {
  return (await run(target, options)).report;
}

/** Puts an implementation to the proof: plans, acts, judges; what failed is done again, and told in fewer steps. */
export async function run(target: Target, options: VerifyOptions = {}): Promise<Verified> {
  try {
    return await runOpen(target, options);
  } finally {
    await closeConnections(target);
  }
}

async function runOpen(target: Target, options: VerifyOptions): Promise<Verified> {
  const settings = settingsOf(options, target);
  const { document } = settings;
  const expectation = expectationOf(document, options);
  const stop = stopAfter(settings.timeLimitMs);
  const began = new Date();
  const checked = settings.preflight ?? (await preflight(target, settings));
  const ledger = options.ledger ?? (target.fetch ? noLedger : temporaryLedger());
  const passes: Pass[] = [];
  const known: KnownBefore = { crawls: [], revived: new Set() };
  const record = (): RunRecord => ({
    target: target.baseUrl,
    ...defined({ targetVersion: settings.targetVersion }),
    seed: settings.seed,
    began: began.toISOString(),
    wallMs: Date.now() - began.getTime(),
    means: meansOf(target, settings),
    preflight: checked,
    passes,
  });
  const suspicious = new Set<string>();
  const pass = async (purpose: Purpose, wanted: Plan, named?: readonly RuleId[]): Promise<Judgement[]> => {
    const timeLimitMs = settings.timeLimitMs - usedMs(passes, began);
    if (timeLimitMs <= 0 || passes.some(({ history }) => history.stoppedEarly !== undefined)) return [];
    const maxWidgets =
      purpose === "explore" ? widgetsToExplore(settings) : settings.maxWidgets - passes.reduce(sumOfCreates, 0);
    const plan = within(wanted, maxWidgets, (script) => suspicious.has(originalId(script)));
    // Of a list alone nothing is to be learned.
    if (widgetsIn(plan.scripts) === 0 && widgetsIn(wanted.scripts) > 0 && purpose !== "explore") return [];
    const progress = (text: string) => settings.progress(`${passNames[purpose]}: ${text}`);
    const nonce = `${settings.nonce}${passes.length === 0 ? "" : passes.length}`;
    const history = await act(document, target, plan, {
      ...settings,
      ...{ maxWidgets, timeLimitMs, nonce, progress, stop, ledger, known, preflight: checked },
      wholeTimeMs: settings.timeLimitMs,
    });
    passes.push({ purpose, plan, history });
    const [first] = passes;
    return judgeSome(settings, history, first && named && { named, history: first.history });
  };
  const plan = options.replay ?? planOf(target, settings);
  const judgements = await pass("explore", plan);
  const [first] = passes;
  if (first) {
    const suspicions = suspicionsOf(first, judgements);
    for (const { script } of suspicions.flatMap((one) => [one, ...(one.others ?? [])]))
      if (script) suspicious.add(script.id);
    const named = suspicions.map(({ rule }) => rule);
    await reproduce(plan, suspicions, { document, pass: (purpose, wanted) => pass(purpose, wanted, named), record });
  }
  const all = { ...record(), ...ledgerNeeded(ledger, passes) };
  return { report: reportOf(document, all, expectation), record: all };
}

/** How long passes have taken, in milliseconds; judging takes time, too, which a test clock does not show. */
function usedMs(passes: readonly Pass[], began: Date): number {
  const sum = passes.reduce((ms, { history }) => ms + history.settings.endedMs, 0);
  return Math.max(sum, Date.now() - began.getTime());
}

/** The judgements on the rules that are wanted. */
function judgeSome({ document, rules }: RunSettings, history: History, earlier?: EarlierPass): Judgement[] {
  return judge(document, history, earlier).filter(({ rule }) => rules?.includes(rule) ?? true);
}

/** The ledger of a run, where something is left that it tells of; else it is settled. */
function ledgerNeeded(ledger: Ledger, passes: readonly Pass[]): Pick<RunRecord, "ledger"> {
  const { file, problem } = ledger;
  if (passes.some(({ history }) => history.left.length > 0)) return { ledger: defined({ file, problem }) };
  ledger.settle?.();
  return {};
}

/** A signal that ends everything once the time limit is over, in real time; undefined where there is none. */
function stopAfter(timeLimitMs: number): AbortSignal | undefined {
  if (timeLimitMs > maxTimerMs) return undefined;
  const stop = AbortSignal.timeout(timeLimitMs + graceMs);
  // Every call that is under way listens to it.
  setMaxListeners(0, stop);
  return stop;
}

/** Looks once: what fails is neither done again nor told in fewer steps. */
export async function look(target: Target, options: VerifyOptions = {}): Promise<Judgement[]> {
  return judgeSome(settingsOf(options, target), await recordOnce(target, options));
}

/** Does once what is planned, and returns what was seen. */
export async function recordOnce(target: Target, options: VerifyOptions = {}): Promise<History> {
  const settings = settingsOf(options, target);
  return act(settings.document, target, planOf(target, settings), settings);
}

/** What a run would cost, with no call. */
export function priceFor(target: Target, options: VerifyOptions = {}): Price {
  const settings = settingsOf(options, target);
  const plan = settings.replay ?? planOf(target, settings);
  const listens = settings.reception !== undefined;
  const price = priceOf(settings.document, within(plan, widgetsToExplore(settings)), { ...settings, listens });
  // A list with each credential, before the run.
  return { ...price, calls: price.calls + (target.secondCredential ? 2 : 1) };
}

function planOf(target: Target, settings: RunSettings): Plan {
  const [hasAdapter, hasSecond] = [target.adapter !== undefined, target.secondCredential !== undefined];
  const wrong = settings.wrongCredentials ? wrongCallersFor(target.credential) : [];
  const maxWidgets = widgetsToExplore(settings);
  return planRun(settings.document, { ...settings, maxWidgets, hasAdapter, hasSecond, wrong });
}

function sumOfCreates(sum: number, { history }: Pass): number {
  return sum + history.exchanges.filter(mayHaveCreated).length;
}
