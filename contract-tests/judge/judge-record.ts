import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { History } from "../history/history.ts";
import type { Pass, RunRecord } from "../history/record.ts";
import { originOf } from "../plan/confirm.ts";
import type { Finding } from "./finding.ts";
import { type Judgement, judge, type Verdict } from "./judge.ts";

/** A verdict with how sure it is, and its shortest story. */
export interface ConfirmedJudgement extends Judgement {
  /** How often what failed failed again, of how many times; undefined where nothing was tried again. */
  readonly confirmed?: { readonly times: number; readonly of: number };
  /** The shortest story that shows it, and the history that its calls are in. */
  readonly story?: { readonly finding: Finding; readonly history: History };
}

/** One exchange is proof: these are believed when they are seen once. */
const provenAtOnce: ReadonlySet<RuleId> = new Set(["SCOPE-1", "SCOPE-2", "DELETE-6", "DELETE-8"]);

/** Judges a whole run: what was seen once and never again is inconclusive. */
export function judgeRecord(document: WidgetsDocument, record: RunRecord): ConfirmedJudgement[] {
  const [look, ...later] = record.passes;
  if (!look) return [];
  const first = { pass: look, judgements: judge(document, look.history) };
  const named = first.judgements.filter(({ findings }) => findings.length > 0).map(({ rule }) => rule);
  const others = later.map((pass) => ({ pass, judgements: judge(document, pass.history, named) }));
  return first.judgements.map((judgement) => {
    const { rule, findings } = judgement;
    if (findings.length === 0) return judgement;
    const again = others.map(({ pass, judgements }) => ({ pass, found: judgements.find((one) => one.rule === rule) }));
    const confirmed = confirmations(judgement, again);
    const stories = [{ pass: first.pass, found: judgement }, ...again].flatMap(({ pass, found }) =>
      (found?.findings ?? []).map((finding) => ({ finding, history: pass.history })),
    );
    const story = stories.sort((a, b) => weightOf(a) - weightOf(b))[0];
    const verdict: Verdict =
      confirmed && confirmed.times === 0 && !provenAtOnce.has(rule) ? "inconclusive" : judgement.verdict;
    return { ...judgement, verdict, ...(confirmed ? { confirmed } : {}), ...(story ? { story } : {}) };
  });
}

/** How much there is to read: calls first, then what they send. */
function weightOf({ finding, history }: NonNullable<ConfirmedJudgement["story"]>): number {
  const bodies = history.exchanges.filter(({ n }) => finding.calls.includes(n)).map(({ request }) => request.body);
  return finding.calls.length * 1e6 + JSON.stringify(bodies).length;
}

/** How often the scripts that showed a breach showed it again. */
function confirmations(
  { findings }: Judgement,
  again: readonly { readonly pass: Pass; readonly found: Judgement | undefined }[],
): ConfirmedJudgement["confirmed"] {
  const pass = again.find(({ pass: { purpose } }) => purpose === "confirm");
  if (!pass) return undefined;
  const origins = new Set(findings.map(({ script }) => script).filter((script) => script !== undefined));
  const copies = pass.pass.plan.scripts.filter(({ id }) => id !== originOf(id) && origins.has(originOf(id)));
  if (copies.length === 0) return { times: pass.found && pass.found.findings.length > 0 ? 1 : 0, of: 1 };
  const failed = new Set(pass.found?.findings.map(({ script }) => script));
  return { times: copies.filter(({ id }) => failed.has(id)).length, of: copies.length };
}
