import * as fc from "fast-check";
import type { WidgetsDocument } from "../../spec/document.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { trickyUpdate, write } from "./script.ts";
import { type CallStep, isOwnWrite, type PlanStep, type Write, writes } from "./step.ts";
import { anyBody, documentedUpdate } from "./values.ts";

/** How often an operation is chosen that leads on, beside one that is to be rejected or changes nothing. */
const weights: { readonly [operation in Write]: number } = {
  updateWidget: 8,
  pauseWidget: 6,
  resumeWidget: 6,
  recrawlWidget: 2,
  deleteWidget: 1,
};

/** A delete comes so near to the end of a program, so that little is asked of what is gone. */
const lastSteps = 2;
/** One update in so many is the documentation's own, which nothing can reject. */
const plainUpdates = 3;

/** What chance decides of a step: which operation, and what an update sends. */
type Draw = readonly [choice: number, body: JsonObject];

/** What programs are drawn from. */
export interface ProgramOptions {
  readonly seed: number;
  readonly hosts: readonly string[];
  /** How many steps each has. */
  readonly length: number;
}

/**
 * Goes on at random where scripts end: a walk over the life cycle of the document, a weighted choice among the operations
 * that a widget's state allows and those that it does not.
 * @param scripts the steps of scripts on an active widget
 * @returns for each the steps that follow; none where the widget is gone
 */
export function drawPrograms(
  document: WidgetsDocument,
  scripts: readonly (readonly PlanStep[])[],
  { seed, hosts, length }: ProgramOptions,
): CallStep[][] {
  const draw = fc.tuple(fc.nat(), anyBody(document, hosts));
  const draws = fc.sample(fc.array(draw, { minLength: length, maxLength: length }), { seed, numRuns: scripts.length });
  return scripts.map((steps, n) => programOf(document, stateAfter(document, steps), draws[n] ?? []));
}

function programOf(document: WidgetsDocument, start: string, draws: readonly Draw[]): CallStep[] {
  let state = start;
  if (document["x-lifecycle"].states[state]?.shows === null) return [];
  return draws.map(([choice, body], n) => {
    const isNearEnd = draws.length - n <= lastSteps;
    const offered = writes.filter((operation) => operation !== "deleteWidget" || isNearEnd);
    const operation = chosen(
      offered.flatMap((one) => Array.from({ length: weightOf(document, state, one) }, () => one)),
      choice,
    );
    state = next(document, state, operation);
    const isPlain = choice % plainUpdates === 0;
    const update = isPlain ? write(operation, documentedUpdate(document)) : trickyUpdate(body);
    return { ...(operation === "updateWidget" ? update : write(operation)), isRandom: true };
  });
}

function weightOf(document: WidgetsDocument, state: string, operation: Write): number {
  const cell = cellOf(document, state, operation);
  const leadsOn = cell?.code === undefined && (cell?.to !== undefined || operation === "updateWidget");
  return leadsOn ? weights[operation] : 1;
}

function chosen(operations: readonly Write[], choice: number): Write {
  return operations[choice % operations.length] ?? "updateWidget";
}

/** The state of the document's table that steps lead to, from that of an active widget. */
function stateAfter(document: WidgetsDocument, steps: readonly PlanStep[]): string {
  const { operations } = document["x-lifecycle"];
  const active = crawled(document, operations["createWidget"]?.["new"]?.to ?? "");
  return steps.reduce((state, step) => {
    if (step.kind === "window") return crawled(document, state);
    return isOwnWrite(step) ? next(document, state, step.operation) : state;
  }, active);
}

function next(document: WidgetsDocument, state: string, operation: string): string {
  return cellOf(document, state, operation)?.to ?? state;
}

/** The state after a crawl has ended, where one runs. */
function crawled(document: WidgetsDocument, state: string): string {
  return document["x-lifecycle"].crawl["succeeds"]?.[state]?.to ?? state;
}

function cellOf(document: WidgetsDocument, state: string, operation: string) {
  return document["x-lifecycle"].operations[operation]?.[state];
}
