import { stepIssueOf } from "../../spec/check-steps.ts";
import type { WidgetsDocument } from "../../spec/document.ts";
import type { Counterexample } from "../../spec/generated/steps.ts";
import type { Json } from "../../spec/merge-patch.ts";
import { unknownName } from "../../spec/nearest.ts";
import { operationsOf } from "../../spec/operations.ts";
import type { Plan } from "./plan.ts";
import type { PlanStep } from "./step.ts";

/**
 * The plan that does a counterexample again, by what `replay/<rule>.json` of a report has.
 * @param document whose operations and rules the steps may name
 * @throws RangeError that says what is wrong, where, and what would be right
 */
export function replayOf(document: WidgetsDocument, file: Json): Plan {
  const issue = stepIssueOf("Counterexample", file);
  if (issue) fail(issue.place, issue.problem);
  const { scripts } = file as unknown as Counterexample;
  const known = { operations: operationsOf(document).map(({ id }) => id), rules: Object.keys(document["x-rules"]) };
  for (const [index, { steps }] of scripts.entries()) {
    for (const [n, step] of steps.entries()) checkNames(known, step, `scripts[${index}].steps[${n}]`);
  }
  const ids = scripts.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) fail("scripts", `the id "${twice}" occurs twice`);
  return { scripts };
}

/** What a document has. */
interface KnownNames {
  readonly operations: readonly string[];
  readonly rules: readonly string[];
}

/** Checks that a step names operations and rules of the document only. */
function checkNames(known: KnownNames, step: PlanStep, place: string): void {
  if ("probe" in step && !known.rules.includes(step.probe)) {
    fail(`${place}.probe`, unknownName("rule", step.probe, known.rules));
  }
  if (step.kind !== "call") return;
  if (!known.operations.includes(step.operation)) {
    fail(`${place}.operation`, unknownName("operation", step.operation, known.operations));
  }
  if (step.race) checkNames(known, step.race, `${place}.race`);
}

function fail(place: string, problem: string): never {
  throw new RangeError(place === "" ? problem : `${place}: ${problem}`);
}
