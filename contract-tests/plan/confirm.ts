import type { RuleId } from "../../spec/generated/rules.ts";
import { isWrongCaller } from "../history/exchange.ts";
import { entryOf } from "../rules/index.ts";
import { ofLane, type Plan } from "./plan.ts";
import type { Cut, Script } from "./script.ts";
import { isOwnWrite, type PlanStep } from "./step.ts";

/** How often a script that failed is done again. */
const copies = 3;

/** A script that has shown a breach, and of what. */
export interface Suspicion {
  readonly rule: RuleId;
  /** Undefined where no single script shows it. */
  readonly script: Script | undefined;
  /** The scripts that it takes, by their ids: its own, and those that did something beside it. */
  readonly beside: ReadonlySet<string>;
}

/** The id of the script that a copy or a shortened one was made from. */
export function originalId({ id, copyOf = id }: Script): string {
  return copyOf;
}

/** Everything that has failed, done again on fresh widgets, several at a time. */
export function planConfirmation(plan: Plan, suspicions: readonly Suspicion[]): Plan {
  // What shows only in a long list needs a long list again.
  if (suspicions.some(({ rule }) => entryOf(rule).needsWholePlan)) return plan;
  const scripts = [...new Set(suspicions.map(({ script }) => script).filter((one) => one !== undefined))];
  const loud = scripts.filter(({ lane }) => lane !== "quiet");
  const needsQuiet = scripts.length > loud.length || suspicions.some(({ script }) => script === undefined);
  return {
    scripts: [
      ...(needsQuiet ? ofLane(plan.scripts, "quiet", "visitor") : []),
      ...loud.flatMap((script) => Array.from({ length: copies }, (_, n) => copyOf(script, `~${n + 1}`))),
      ...ofLane(plan.scripts, "list", "foreign").filter((script) => !sendsWrongCredentials(script)),
    ],
  };
}

/** The scripts that showed breaches with all that was done beside them, as they were; all of them where none is known. */
export function planTogether(plan: Plan, suspicions: readonly Suspicion[]): Plan {
  if (suspicions.some(({ beside }) => beside.size === 0)) return plan;
  const ids = new Set(suspicions.flatMap(({ beside }) => [...beside]));
  return { scripts: plan.scripts.filter(({ id, lane }) => ids.has(id) || lane === "list") };
}

/** Whether a script calls with credentials that are wrong on purpose: what they show is proof, and nobody needs it twice. */
function sendsWrongCredentials({ steps }: Script): boolean {
  return steps.some((step) => step.kind === "call" && isWrongCaller(step.caller ?? "own"));
}

/** A plan that tries shorter scripts, and walks through the list as ever: a breach may show there alone. */
export function planShrinking(plan: Plan, scripts: readonly Script[]): Plan {
  return { scripts: [...scripts, ...ofLane(plan.scripts, "list")] };
}

/** A script as it was, under an id of its own: what time may cut off is done whatever it takes. */
export function copyOf(script: Script, suffix: string): Script {
  const { cut: _, ...whole } = script;
  return { ...whole, steps: script.steps.map(planned), id: originalId(script) + suffix, copyOf: originalId(script) };
}

function planned(step: PlanStep): PlanStep {
  if (step.kind !== "call" && step.kind !== "window") return step;
  const { isRandom: _, ...always } = step;
  return always;
}

/** A script with one thing left out. */
export type Shortened = Script & { readonly cut: Cut };

/** A script with one thing left out, for each thing that can be; all of them are done side by side. */
export function shortened(script: Script, suffix: string): Shortened[] {
  return cutsOf(script).map((cut, n) => ({ ...copyOf(without(script, [cut]), `${suffix}${n + 1}`), cut }));
}

/** A script without several things. */
export function without(script: Script, cuts: readonly Cut[]): Script {
  const steps = script.steps.flatMap((step, index): PlanStep[] => {
    const here = cuts.filter((cut) => cut.step === index);
    if (here.some(({ member }) => member === undefined)) return [];
    if (step.kind !== "call" || step.body === undefined) return [step];
    const body = Object.entries(step.body).filter(([name]) => !here.some(({ member }) => member === name));
    return body.length === 0 && Object.keys(step.body).length > 0 ? [] : [{ ...step, body: Object.fromEntries(body) }];
  });
  const isRecrawled = (some: readonly PlanStep[]) =>
    some.some((step) => isOwnWrite(step) && step.operation === "recrawlWidget");
  // Without a recrawl there is nothing to be waited for.
  const isIdle = isRecrawled(script.steps) && !isRecrawled(steps);
  return { ...script, steps: isIdle ? steps.filter(({ kind }) => kind !== "window") : steps };
}

function cutsOf({ steps }: Script): Cut[] {
  return steps.flatMap((one, step): Cut[] => {
    if (!isOwnWrite(one)) return [];
    const members = Object.keys(one.body ?? {});
    return [{ step }, ...(members.length > 1 ? members.map((member) => ({ step, member })) : [])];
  });
}

/** How much a script holds that could be left out. */
export function lengthOf(script: Script): number {
  return cutsOf(script).length;
}
