import * as fc from "fast-check";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { defined } from "../defined.ts";
import { isWrongCaller } from "../history/exchange.ts";
import { entryOf } from "../rules/index.ts";
import { ofLane, type Plan } from "./plan.ts";
import { type Cut, isCreate, isRecrawled, type Script } from "./script.ts";
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
  /** The step of the script at which it had shown the breach; undefined where that is not known. */
  readonly shownAt?: number;
  /** Other scripts that showed it alone: what is to be done again where this one cannot be done as it was. */
  readonly others?: readonly Suspicion[];
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

/** A script with one thing left out, or simpler. */
export type Shortened = Script & { readonly cut: Cut };

/** Of so few things that could be left out the values are made simpler, too; and so many simpler ones are tried of each. */
const fewCuts = 5;
const simplerValues = 8;
/** So many of a stream of fast-check are looked through for them. */
const streamed = 200;

/**
 * A script with one thing left out, for each thing that can be, and where few are left with each of some simpler values; all of
 * them are done side by side.
 */
export function shortened(script: Script, suffix: string): Shortened[] {
  return changesOf(script).map((cut, n) => ({ ...copyOf(without(script, [cut]), `${suffix}${n + 1}`), cut }));
}

/** A script without several things; of several values for one member the first, as fast-check puts the simplest first. */
export function without(script: Script, cuts: readonly Cut[]): Script {
  const steps = script.steps.flatMap((step, index): PlanStep[] => {
    const here = cuts.filter((cut) => cut.step === index);
    if (here.some(({ member }) => member === undefined)) return [];
    if (step.kind !== "call" || step.body === undefined) return [step];
    const [removed, simpler] = [
      here.filter(({ value }) => value === undefined),
      here.filter((one) => one.value !== undefined),
    ];
    const body = [...simpler.toReversed(), ...removed].reduce(withCut, step.body);
    const isEmptied = Object.keys(body).length === 0 && Object.keys(step.body).length > 0;
    return isEmptied && !isCreate(step) ? [] : [{ ...step, body }];
  });
  // Without a recrawl there is nothing to be waited for.
  const isIdle = isRecrawled(script.steps) && !isRecrawled(steps);
  return { ...script, steps: isIdle ? steps.filter(({ kind }) => kind !== "window") : steps };
}

/** A script without what is written after a step. */
export function withoutWritesAfter(script: Script, last: number): Script {
  return without(
    script,
    cutsOf(script).filter(({ step, member }) => step > last && member === undefined),
  );
}

function withCut(body: JsonObject, { member = "", value }: Cut): JsonObject {
  const [name = "", part] = member.split(".");
  const { [name]: whole, ...others } = body;
  if (whole === undefined) return body;
  if (part === undefined) return value === undefined ? others : { ...body, [name]: value };
  const inner = isJsonObject(whole) ? withCut(whole, { step: 0, member: part, ...defined({ value }) }) : {};
  return Object.keys(inner).length === 0 ? others : { ...body, [name]: inner };
}

/** How much a script holds that could be left out. */
export function lengthOf(script: Script): number {
  return cutsOf(script).length;
}

/** Whether anything of a script could be left out or be simpler. */
export function canBeShorter(script: Script): boolean {
  return changesOf(script).length > 0;
}

function changesOf(script: Script): Cut[] {
  const cuts = cutsOf(script);
  return cuts.length > fewCuts ? cuts : [...cuts, ...simplerOf(script)];
}

function cutsOf({ steps }: Script): Cut[] {
  return steps.flatMap((one, step): Cut[] => {
    if (one.kind !== "call" || !(isOwnWrite(one) || isCreate(one))) return [];
    const members = membersOf(one.body).map(([member]): Cut => ({ step, member }));
    if (isCreate(one)) return members;
    return [{ step }, ...(members.length > 1 ? members : [])];
  });
}

/** What a body sends, by names, with the parts of objects that have several. */
function membersOf(body: JsonObject = {}): [string, Json][] {
  return Object.entries(body).flatMap(([name, value]): [string, Json][] => {
    if (value === undefined) return [];
    const parts = isJsonObject(value) ? Object.entries(value) : [];
    const own = parts.flatMap(([part, inner]): [string, Json][] =>
      inner === undefined ? [] : [[`${name}.${part}`, inner]],
    );
    return parts.length === 1 ? own : [[name, value], ...own];
  });
}

function simplerOf({ steps }: Script): Cut[] {
  return steps.flatMap((one, step): Cut[] => {
    if (one.kind !== "call" || !(isOwnWrite(one) || isCreate(one))) return [];
    return membersOf(one.body).flatMap(([member, value]) =>
      simplerThan(value).map((simpler): Cut => ({ step, member, value: simpler })),
    );
  });
}

/** Values that are simpler than one, the simplest first, as fast-check shrinks them. */
function simplerThan(value: Json): Json[] {
  const text = fc.string({ unit: "binary" });
  const stream = <T extends Json>(arbitrary: fc.Arbitrary<T>, one: T): Json[] => {
    if (!arbitrary.canShrinkWithoutContext(one)) return [];
    const all = [...arbitrary.shrink(one, undefined).take(streamed)].map((next) => next.value);
    // Each costs a widget: what is shorter is tried before what only has other characters.
    const shorter = all.filter((next) => sizeOf(next) < sizeOf(one));
    return (shorter.length > 0 ? shorter : all).slice(0, simplerValues);
  };
  if (typeof value === "string") return stream(text, value);
  if (typeof value === "number") return stream(fc.integer(), value);
  const isOfTexts = Array.isArray(value) && value.every((one) => typeof one === "string");
  return isOfTexts ? stream(fc.array(text), value as string[]) : [];
}

function sizeOf(value: Json): number {
  return typeof value === "number" ? Math.abs(value) : JSON.stringify(value).length;
}
