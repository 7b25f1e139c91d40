import type { RuleId } from "../../spec/generated/rules.ts";
import type { Plan } from "./plan.ts";
import type { Script } from "./script.ts";

/** How often a script that failed is done again. */
const copies = 3;

/** A script that has shown a breach, and of what. */
export interface Suspicion {
  readonly rule: RuleId;
  /** Undefined where no single script shows it. */
  readonly script: Script | undefined;
}

/** The script that a copy or a shortened one was made from. */
export function originOf(id: string): string {
  return id.split("~")[0] ?? id;
}

/** Everything that has failed, done again on fresh widgets, several at a time. */
export function planConfirmation(plan: Plan, suspicions: readonly Suspicion[]): Plan {
  // What shows only in a long list needs a long list again.
  if (suspicions.some(({ rule }) => /^(LIST|SCOPE-3|CREATE-6)/.test(rule))) return plan;
  const scripts = [...new Set(suspicions.map(({ script }) => script).filter((one) => one !== undefined))];
  const loud = scripts.filter((script) => !plan.quiet.includes(script));
  const needsQuiet = scripts.length > loud.length || suspicions.some(({ script }) => script === undefined);
  return {
    quiet: needsQuiet ? plan.quiet : [],
    scripts: loud.flatMap((script) => numbered(script)),
    visitor: needsQuiet ? plan.visitor : [],
  };
}

function numbered(script: Script): Script[] {
  return Array.from({ length: copies }, (_, n) => ({ ...script, id: `${script.id}~${n + 1}` }));
}

/** Something that can be left out of a script: a step, or a member of a step's body. */
export interface Cut {
  readonly part: "draft" | "live";
  readonly step: number;
  readonly member?: string;
}

/** A script with one thing left out. */
export interface Shortened {
  readonly script: Script;
  readonly cut: Cut;
}

/** A script with one thing left out, for each thing that can be; all of them are done side by side. */
export function shortened(script: Script): Shortened[] {
  return cutsOf(script).map((cut, n) => ({
    cut,
    script: { ...without(script, [cut]), id: `${originOf(script.id)}~c${n + 1}` },
  }));
}

/** A script without several things. */
export function without(script: Script, cuts: readonly Cut[]): Script {
  const left = (part: Cut["part"]) =>
    script[part].flatMap((step, index) => {
      const here = cuts.filter((cut) => cut.part === part && cut.step === index);
      if (here.some(({ member }) => member === undefined)) return [];
      const body = Object.entries(step.body ?? {}).filter(([name]) => !here.some(({ member }) => member === name));
      if (step.body === undefined) return [step];
      return body.length === 0 ? [] : [{ ...step, body: Object.fromEntries(body) }];
    });
  return { ...script, draft: left("draft"), live: left("live") };
}

function cutsOf(script: Script): Cut[] {
  return (["draft", "live"] as const).flatMap((part) =>
    script[part].flatMap((one, step): Cut[] => {
      const members = Object.keys(one.body ?? {});
      return [{ part, step }, ...(members.length > 1 ? members.map((member) => ({ part, step, member })) : [])];
    }),
  );
}

/** How much a script holds that could be left out. */
export function lengthOf(script: Script): number {
  return cutsOf(script).length;
}
