import { document } from "../spec/bundled.ts";
import { act } from "./act/act.ts";
import type { History } from "./history/history.ts";
import { type Judgement, judge } from "./judge/judge.ts";
import { settingsOf, type VerifyOptions } from "./options.ts";
import { planRun } from "./plan/plan.ts";
import type { Target } from "./target.ts";

/** What a run has come to. */
export interface Report {
  readonly seed: number;
  readonly target: string;
  /** 1 where a rule fails, 2 where nothing could be judged, else 0. */
  readonly exit: 0 | 1 | 2;
  readonly stats: {
    readonly calls: number;
    readonly widgets: number;
    readonly crawls: number;
    /** How long it took, in real milliseconds. */
    readonly wallMs: number;
  };
  readonly rules: readonly Judgement[];
}

/** Puts an implementation to the proof: plans, acts, and judges what was seen. */
export async function verify(
  target: Target,
  options: VerifyOptions = {},
): Promise<{ readonly report: Report; readonly history: History }> {
  const began = performance.now();
  const settings = settingsOf(options, isOnThisMachine(target));
  const plan = planRun(document, settings);
  const history = await act(document, target, plan, { ...settings, mostListCalls: settings.maxListCalls });
  const rules = judge(document, history);
  const created = history.exchanges.filter(
    ({ call, response }) => call === "createWidget" && (response?.status ?? 0) < 300,
  );
  const recrawled = history.exchanges.filter(
    ({ call, response }) => call === "recrawlWidget" && (response?.status ?? 500) < 300,
  );
  const report: Report = {
    seed: settings.seed,
    target: target.baseUrl,
    exit: exitOf(rules, created.length),
    stats: {
      calls: history.exchanges.length,
      widgets: created.length,
      crawls: created.length + recrawled.length,
      wallMs: Math.round(performance.now() - began),
    },
    rules,
  };
  return { report, history };
}

function exitOf(rules: readonly Judgement[], widgets: number): Report["exit"] {
  if (rules.some(({ verdict }) => verdict === "fail")) return 1;
  return widgets === 0 ? 2 : 0;
}

function isOnThisMachine({ baseUrl, fetch }: Target): boolean {
  return fetch !== undefined || /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(new URL(baseUrl).hostname);
}
