import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { defined } from "../defined.ts";
import type { History } from "../history/history.ts";
import { oncePer } from "../history/once.ts";
import { triesOf } from "../rules/dead-operations.ts";
import { entryOf } from "../rules/index.ts";
import { type EarlierPass, type Found, type RuleContext, ruleContext, type ShownCase } from "../rules/rule-entry.ts";
import { contradictionFindings } from "./contradiction-findings.ts";
import type { Finding } from "./finding.ts";

/** What is to be said of a rule. */
export type Verdict = "pass" | "fail" | "warn" | "note" | "not-observed" | "inconclusive" | "error";

/** The verdict on one rule. */
export interface Judgement {
  readonly rule: RuleId;
  readonly verdict: Verdict;
  /** How often it was put to the proof. */
  readonly observations: number;
  readonly findings: readonly Finding[];
  /** Why there is nothing to say, where that is known, and the option of the command that would change it. */
  readonly reason?: string;
  readonly option?: string;
}

/** What was judged of a history, by the rules that the pass before had found broken. */
const judgedBefore = oncePer(
  (_: History) => new Map<string, { readonly document: WidgetsDocument; readonly judgements: Judgement[] }>(),
);

/**
 * Judges a history: the same history and document give the same verdicts, with no call and no clock; computed once.
 * @param earlier the pass before: what it found broken explains what is told, and what it found out is known
 */
export function judge(document: WidgetsDocument, history: History, earlier?: EarlierPass): readonly Judgement[] {
  const [known, key] = [judgedBefore(history), earlier?.named.join() ?? ""];
  const before = known.get(key);
  if (before?.document === document) return before.judgements;
  const judgements = judgementsOf(ruleContext(document, history, earlier));
  known.set(key, { document, judgements });
  return judgements;
}

function judgementsOf(context: RuleContext): Judgement[] {
  const rules = Object.entries(context.document["x-rules"]).filter(([, { basis }]) => basis !== "assumed");
  const shown = new Map(rules.map(([id]) => [id, entryOf(id as RuleId).shown?.(context) ?? []]));
  const direct = rules.flatMap(([id]) => directFindings(id as RuleId, context));
  // A rule that calls alone show broken is at the root of what it explains elsewhere.
  const roots = direct.filter(({ finding }) => finding.level === "fail").map(({ finding }) => finding.rule);
  const ofTimelines = context.hasSameIds ? [] : contradictionFindings(context, [...context.named, ...roots]);
  const found: Found[] = [
    ...direct,
    ...ofTimelines.map((finding): Found => ({ finding, by: "timeline" })),
    ...rules.flatMap(([id]) => shownFindings(id as RuleId, shown.get(id) ?? [])),
  ];
  const kept = found.filter(
    (other) => !found.some(({ finding }) => entryOf(finding.rule).hides?.(other, context, finding)),
  );
  return rules.map(([id]): Judgement => {
    const rule = id as RuleId;
    const isOf = ({ finding }: Found) => finding.rule === rule;
    const findings = kept
      .filter(isOf)
      .map(({ finding }) => ({ ...finding, ...defined({ tries: triesOf(finding, context) }) }));
    const { evidence, relaxations = [] } = entryOf(rule);
    // What was seen broken passes nothing, though another rule is at the root of it.
    if (findings.length === 0 && found.some(isOf))
      return { rule, verdict: "not-observed", observations: 0, findings, reason };
    const isBlurred = context.hasSameIds && relaxations.length > 0 && findings.length === 0;
    const cases = shown.get(id) ?? [];
    const undecided = cases.flatMap((one) => one.undecided ?? []);
    const observations = isBlurred ? 0 : (evidence?.(context) ?? 0) + cases.length - undecided.length;
    const verdict = verdictOf(findings, observations);
    if (verdict === "not-observed" && undecided[0]) {
      return { rule, verdict: "inconclusive", observations, findings, ...undecided[0] };
    }
    const faults = verdict === "not-observed" ? adapterFaults(rule, context) : [];
    return faults.length > 0
      ? { rule, verdict: "error", observations, findings: faults }
      : { rule, verdict, observations, findings };
  });
}

/** Why a rule has no verdict that only repeats what another one says. */
const reason = "what was seen of it follows from another rule that is broken";

function directFindings(rule: RuleId, context: RuleContext): Found[] {
  const breaches = entryOf(rule).findings?.(context) ?? [];
  return breaches.map((breach): Found => ({ finding: { rule, level: "fail", ...breach }, by: "calls" }));
}

function shownFindings(rule: RuleId, cases: readonly ShownCase[]): Found[] {
  return cases.flatMap(({ message, level, calls = [], script }): Found[] => {
    if (message === undefined) return [];
    return [{ finding: { rule, level: level ?? "fail", message, calls, ...defined({ script }) }, by: "shown" }];
  });
}

function verdictOf(findings: readonly Finding[], observations: number): Verdict {
  for (const level of ["fail", "warn", "note"] as const) if (findings.some((one) => one.level === level)) return level;
  return observations > 0 ? "pass" : "not-observed";
}

/** What an adapter has thrown of what shows a rule: a fault of the adapter; nothing where it has not. */
function adapterFaults(rule: RuleId, { history }: RuleContext): Finding[] {
  const { adapter = [], reliesOn = adapter } = entryOf(rule);
  const members: readonly string[] = reliesOn;
  return history.observations
    .filter(({ member, error }) => members.includes(member) && error !== undefined)
    .slice(0, 1)
    .map(({ member, when, error }) => {
      const then = when === undefined ? "" : ` when the widget was ${when}`;
      const message = `The adapter's ${member} threw${then}: ${error}`;
      return { rule, level: "note", message, calls: [] };
    });
}
