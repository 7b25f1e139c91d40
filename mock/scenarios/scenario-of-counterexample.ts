import type { CallStep, Counterexample, ScriptDefinition, ScriptStep } from "../../spec/generated/steps.ts";
import type { Scenario, ScenarioAction } from "./scenario.ts";

/**
 * The scenario that does what a counterexample of the contract tests does: what other callers do, looks through an adapter,
 * walks through the list and the deletes at the end are left out, so that its widgets are there to look at. Its scripts take
 * turns, each up to the next time that it waits for the others.
 */
export function scenarioOf({ rule, scripts }: Counterexample): Scenario {
  const made = scripts.filter(({ insteadOf }) => insteadOf === undefined);
  const owner = made.find(({ steps }) => steps.some(isCreate))?.id ?? "";
  const parts = made.map((script) => partsOf(script, script.borrows === undefined ? script.id : owner));
  const turns = Math.max(...parts.map(({ length }) => length), 0);
  const steps = Array.from({ length: turns }, (_, turn) => parts.flatMap((part) => part[turn] ?? [])).flat();
  return { description: `What shows a violation${rule === undefined ? "" : ` of ${rule}`}.`, steps };
}

function isCreate(step: ScriptStep): boolean {
  return step.kind === "call" && step.operation === "createWidget" && isOwn(step);
}

function isOwn({ caller = "own", id }: CallStep): boolean {
  return caller === "own" && id === undefined;
}

/** The steps of a script, in parts: it waits for the other scripts after each. */
function partsOf(script: ScriptDefinition, widget: string): ScenarioAction[][] {
  const parts: ScenarioAction[][] = [[]];
  for (const step of script.steps) {
    const actions = actionsOf(script, widget, step);
    if (step.kind === "wait" && actions.length === 0) parts.push([]);
    parts.at(-1)?.push(...actions);
  }
  return parts;
}

function actionsOf(script: ScriptDefinition, widget: string, step: ScriptStep): ScenarioAction[] {
  switch (step.kind) {
    case "call":
      return [step, ...(step.race ? [step.race] : [])].filter(isOwn).map((call) => callOf(script, widget, call));
    case "change-site":
      return [{ kind: "change-site", widget, ifPossible: true }];
    case "window":
      return [endCrawl(widget)];
    case "wait":
      if (step.until === "active") return [{ kind: "wait", until: "active", widget, ifPossible: true }];
      return step.until === "new-index" || step.until === "accepted" ? [endCrawl(widget)] : [];
    default:
      return [];
  }
}

/** The window of a run is as long as a crawl may take. */
function endCrawl(widget: string): ScenarioAction {
  return { kind: "end-crawl", widget, ifPossible: true };
}

/** A call without the members that are sent as they were read last: they change nothing. */
function callOf(
  { id, namesake = id }: ScriptDefinition,
  widget: string,
  { operation, body = {}, asRead = [] }: CallStep,
): ScenarioAction {
  const sent = Object.fromEntries(Object.entries(body).filter(([member]) => !asRead.includes(member)));
  if (operation !== "createWidget") return { kind: "call", operation, widget, body: sent, ifPossible: true };
  const site_url = `https://${namesake.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.example`;
  return { kind: "call", operation, widget, body: { name: namesake, site_url, ...sent }, ifPossible: true };
}
