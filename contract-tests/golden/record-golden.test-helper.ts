import type { RuleId } from "../../spec/generated/rules.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { type ObservedRules, observeDialect } from "../dialect/observe-dialect.ts";
import type { History } from "../history/history.ts";
import type { Finding } from "../judge/finding.ts";
import { type Judgement, judge } from "../judge/judge.ts";
import { healthy } from "../subjects/build.test-helper.ts";
import type { Mutant, Variant } from "../subjects/subject.test-helper.ts";
import { historyOf } from "../subjects/target.test-helper.ts";
import { widgetsOf, withWidgets } from "./cuts.test-helper.ts";
import { differences, type Trait, traitsOf } from "./differences.test-helper.ts";
import type { Expected, Golden, GoldenHead } from "./golden.test-helper.ts";
import { shrinkHistory } from "./shrink-history.test-helper.ts";

/** Records the history of a mutant: what is left of it is named under the mutant's rule, by the same finding. */
export async function recordMutant(mutant: Mutant): Promise<Golden> {
  const { rule } = mutant;
  const recorded = await historyOf(mutant);
  const whole = judgementOf(rule, judge(publishedDocument, recorded));
  if (!whole || !isAlarm(whole)) throw new Error(`${mutant.id} is not named under ${rule}.`);
  const sentences = new Set(whole.findings.map(({ message }) => wordsOf(message)));
  const holds = (history: History): boolean => {
    const judgements = judge(publishedDocument, history);
    const own = judgementOf(rule, judgements);
    const isNamed =
      own?.verdict === whole.verdict && own.findings.some(({ message }) => sentences.has(wordsOf(message)));
    return (
      isNamed && judgements.every((one) => one.rule === rule || !isAlarm(one) || mutant.alsoBreaks.includes(one.rule))
    );
  };
  const callsOf = ({ calls }: Finding) => recorded.exchanges.filter(({ n }) => calls.includes(n));
  const sizeOf = (finding: Finding) => JSON.stringify(callsOf(finding)).length;
  const [finding] = [...whole.findings].sort((a, b) => sizeOf(a) - sizeOf(b));
  const calls = finding ? callsOf(finding) : [];
  const widgets = [...new Set([...calls.map(({ widget }) => widget ?? ""), finding?.script ?? ""])];
  // What was sent last is what went wrong.
  const members = new Set(Object.keys(calls.findLast(({ request }) => request.body)?.request.body ?? {}));
  const history = shrinkHistory(recorded, { holds, widgets, members });
  return { head: headOfMutant(mutant, expectedOf(history)), history };
}

/** The first line of a mutant's file. */
export function headOfMutant({ id, rule, says, alsoBreaks }: Mutant, expected: Expected): GoldenHead {
  return { kind: "mutant", id, rules: [rule], says, mayName: alsoBreaks, expected };
}

/**
 * Records the history of a variant: what is left of it still has what the mock in its default dialect does otherwise, and
 * the same rules are seen kept as on the widgets that show it.
 */
export async function recordVariant(variant: Variant): Promise<Golden> {
  const recorded = await historyOf(variant);
  const traits = differences(recorded, await usualTraits());
  const widgets = widgetsWith(traits, recorded);
  // An order shows only where there are several.
  const others = variant.rules.some((rule) => rule.startsWith("A-LIST")) ? widgetsOf(recorded).slice(0, 3) : [];
  const start = withWidgets(recorded, new Set([...widgets, ...others]));
  const dialect = dialectOf(start, variant.rules);
  const kept = JSON.stringify(keptRules(start));
  const words = new Set(traits.map((trait) => trait.words));
  const shown = countOf(start, words);
  const holds = (history: History): boolean => {
    if (countOf(history, words) !== shown) return false;
    const judgements = judge(publishedDocument, history);
    const isSpared = judgements.every((one) => !isAlarm(one) || variant.mayWarn.includes(one.rule));
    return isSpared && JSON.stringify(keptIn(judgements)) === kept;
  };
  const proofs = proofsOf(start, variant.rules);
  const isProven = ({ exchanges }: History) => proofs.every((n) => exchanges.some((one) => one.n === n));
  // To observe a dialect takes long: what proves it is likely to be enough, and where it is not, none is expected.
  const history = shrinkHistory(start, {
    holds: (some) => isProven(some) && holds(some),
    widgets: [],
    members: new Set(),
  });
  const expected = { ...expectedOf(history), pass: keptRules(history), dialect: sharedOf(dialect, history) };
  return { head: headOfVariant(variant, expected), history };
}

type Dialect = NonNullable<Expected["dialect"]>;

/** What of a dialect a history still shows. */
function sharedOf(dialect: Dialect, history: History): Dialect {
  const observed = new Map(Object.entries(dialectOf(history, Object.keys(dialect) as RuleId[])));
  const isSame = ([rule, choice]: [string, unknown]) => JSON.stringify(observed.get(rule)) === JSON.stringify(choice);
  return Object.fromEntries(Object.entries(dialect).filter(isSame));
}

/** The calls that show how assumed rules are answered. */
function proofsOf(history: History, rules: readonly RuleId[]): number[] {
  return rules.flatMap((rule) => observedIn(history).get(rule)?.calls ?? []);
}

const observedBefore = new WeakMap<History, ObservedRules>();

/** What is observed of a history, which takes long, once. */
function observedIn(history: History): ObservedRules {
  const observed =
    observedBefore.get(history) ?? observeDialect(publishedDocument, history, { authorization: "Bearer" });
  observedBefore.set(history, observed);
  return observed;
}

/** The first line of a variant's file. */
export function headOfVariant({ id, rules, says, mayWarn }: Variant, expected: Expected): GoldenHead {
  return { kind: "variant", id, rules, says, mayName: mayWarn, expected };
}

/** What is said of a history that an alarm is. */
export function expectedOf(history: History): Expected {
  const judgements = judge(publishedDocument, history);
  const of = (verdict: string) => judgements.filter((one) => one.verdict === verdict).map(({ rule }) => rule);
  const [fail, warn] = [of("fail"), of("warn")];
  return { ...(fail.length > 0 ? { fail } : {}), ...(warn.length > 0 ? { warn } : {}) };
}

/** The documented rules that a history shows kept. */
export function keptRules(history: History): RuleId[] {
  return keptIn(judge(publishedDocument, history));
}

function keptIn(judgements: readonly Judgement[]): RuleId[] {
  return judgements.flatMap(({ rule, verdict }) => (verdict === "pass" ? [rule] : []));
}

/** What a history shows of some assumed rules. */
export function dialectOf(history: History, rules: readonly RuleId[]): Dialect {
  return Object.fromEntries(
    rules.flatMap((rule) => {
      const seen = observedIn(history).get(rule);
      const what = seen?.choice ?? (seen?.unsupported === undefined ? undefined : { unsupported: seen.unsupported });
      return what === undefined ? [] : [[rule, what]];
    }),
  );
}

function countOf(history: History, words: ReadonlySet<string>): number {
  return new Set(traitsOf(history).flatMap((trait) => (words.has(trait.words) ? [trait.words] : []))).size;
}

/** Few widgets that have the traits: each time the one that has most of those that are missing, and of such the smallest. */
function widgetsWith(traits: readonly Trait[], history: History): string[] {
  const sizes = new Map(
    widgetsOf(history).map((widget) => [
      widget,
      JSON.stringify(history.exchanges.filter((one) => one.widget === widget)).length,
    ]),
  );
  let missing = traits.filter(({ widget }) => widget !== undefined);
  const chosen: string[] = [];
  while (missing.length > 0) {
    const counts = new Map<string, number>();
    for (const { widget = "" } of missing) counts.set(widget, (counts.get(widget) ?? 0) + 1);
    const [best] = [...counts].sort(([a, m], [b, n]) => n - m || (sizes.get(a) ?? 0) - (sizes.get(b) ?? 0))[0] ?? [""];
    chosen.push(best);
    const had = new Set(missing.filter(({ widget }) => widget === best).map(({ words }) => words));
    missing = missing.filter(({ words }) => !had.has(words));
  }
  // Probes are judged by no documented rule: one widget at least has a life.
  const living = [...sizes.keys()].filter((widget) => isJudged(widget, history));
  return living.some((widget) => chosen.includes(widget)) ? chosen : [...chosen, busiestOf(history, living)];
}

/** Whether a widget of the plan was made and shown. */
function isJudged(widget: string, { exchanges }: History): boolean {
  return exchanges.some(
    (one) =>
      one.widget === widget && one.probe === undefined && one.operation === "getWidget" && one.response?.status === 200,
  );
}

/** The widget with which the most different things were done. */
function busiestOf({ exchanges }: History, widgets: readonly string[]): string {
  const kindsOf = (widget: string) =>
    new Set(
      exchanges.flatMap((one) =>
        one.widget === widget ? [`${one.caller} ${one.operation} ${one.response?.status}`] : [],
      ),
    ).size;
  const [busiest = ""] = [...widgets].sort((a, b) => kindsOf(b) - kindsOf(a));
  return busiest;
}

let usual: Promise<ReadonlySet<string>> | undefined;

/** What the mock shows in its default dialect. */
function usualTraits(): Promise<ReadonlySet<string>> {
  usual ??= (async () => {
    const plain = { id: "usual", rules: [], says: "", mayWarn: [], build: healthy };
    const runs = [await historyOf(plain), await historyOf(plain)];
    return new Set(runs.flatMap(traitsOf).map(({ words }) => words));
  })();
  return usual;
}

function judgementOf(rule: RuleId, judgements: readonly Judgement[]): Judgement | undefined {
  return judgements.find((one) => one.rule === rule);
}

function isAlarm({ verdict }: Judgement): boolean {
  return verdict === "fail" || verdict === "warn";
}

/** A sentence without its numbers: a smaller history has fewer of everything. */
function wordsOf(says: string): string {
  return says.replaceAll(/\d+/g, "0");
}
