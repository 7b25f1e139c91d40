import type { ScriptDefinition } from "../../spec/generated/steps.ts";
import type { Json } from "../../spec/merge-patch.ts";
import type { Lane } from "../history/origin.ts";
import type { Milestone } from "./milestones.ts";
import { type CallStep, isOwnWrite, type ObserveStep, type PlanStep, type WaitStep, type Write } from "./step.ts";

/** A list of steps about one widget, as plain data. */
export interface Script extends ScriptDefinition {
  /** The id of the script that this one does again. */
  readonly copyOf?: string;
  /** What is left out of that script; nothing where it is done again as it was. */
  readonly cut?: Cut;
}

/** Something that can be left out of a script, or made simpler: a step, or a member of a step's body. */
export interface Cut {
  readonly step: number;
  /** A part of an object as `theme.mode`. */
  readonly member?: string;
  /** What is sent in its place. */
  readonly value?: Json;
}

/** What a script about a widget of its own does with it. */
export interface WidgetScriptParts {
  /** What its create sends. */
  readonly create?: CallStep;
  /** While it is a draft. */
  readonly draft?: readonly PlanStep[];
  /** Just after it became active. */
  readonly arrived?: readonly PlanStep[];
  /** When the quiet lane is over. */
  readonly live: readonly PlanStep[];
  /** When everything else has been done, before it is deleted. */
  readonly last?: readonly PlanStep[];
  /** What comes before its delete and after it. */
  readonly around?: readonly [readonly PlanStep[], readonly PlanStep[]];
  /** Whether an adapter looks at what was deleted. */
  readonly isObserved?: boolean;
}

/** A script with a widget of its own, from its create to its delete. */
export function widgetScript(lane: Lane, id: string, parts: WidgetScriptParts): Script {
  const { create = createStep, draft = [], arrived = [], live } = parts;
  const steps = [create, ...draft, until("listed"), until("active"), ...arrived, until("quiet-over"), ...live];
  return { id, lane, steps: [...steps, ...endOf(steps, parts)] };
}

/** How a script ends whose widget was made: it is read, and deleted. */
export function endOf(
  steps: readonly PlanStep[],
  { last = [], around: [before, after] = [[], []], isObserved }: Omit<WidgetScriptParts, "live">,
): PlanStep[] {
  const late: PlanStep[] = isObserved ? [{ ...observe("late", "remains"), ifDeleted: true }] : [];
  const isEarly = isDeletedEarly(steps);
  const again = isRecrawled(steps) ? [until("accepted")] : [];
  return [
    ...(isEarly ? [until("done"), until("crawl-over"), ...late] : []),
    ...[until("asked"), readStep, ...last, ...again, until("looked"), ...before, cleanStep, ...after],
  ];
}

/** Whether the organization itself lets a widget be crawled again. */
export function isRecrawled(steps: readonly PlanStep[]): boolean {
  return steps.some((step) => isOwnWrite(step) && step.operation === "recrawlWidget");
}

/** Whether a widget is deleted while a crawl may run. */
function isDeletedEarly(steps: readonly PlanStep[]): boolean {
  const deleted = steps.findIndex((step) => isOwnWrite(step) && step.operation === "deleteWidget");
  const before = steps.slice(0, Math.max(0, deleted));
  return deleted !== -1 && (!isAwaited(before) || isRecrawled(before));
}

export const createStep: CallStep = { kind: "call", operation: "createWidget" };

export const readStep: CallStep = { kind: "call", operation: "getWidget" };

export const cleanStep: PlanStep = { kind: "clean" };

export const walkStep: PlanStep = { kind: "walk", limit: 100 };

/** Waits for a milestone, or for what else a wait is for. */
export function until(what: WaitStep["until"] | Milestone): WaitStep {
  return { kind: "wait", until: what };
}

/** Looks through the adapter. */
export function observe(when: ObserveStep["when"], ...members: ObserveStep["members"]): ObserveStep {
  return { kind: "observe", members, when };
}

/** Writes to the script's widget. */
export function write(operation: Write, body?: CallStep["body"]): CallStep {
  return { kind: "call", operation, ...(body && { body }) };
}

/** The writes that have no body. */
export const bodyless = {
  pause: write("pauseWidget"),
  resume: write("resumeWidget"),
  recrawl: write("recrawlWidget"),
  remove: write("deleteWidget"),
};

/** An update with values that another service may honestly reject. */
export function trickyUpdate(body: NonNullable<CallStep["body"]>): CallStep {
  return { ...write("updateWidget", body), isTricky: true };
}

/** How many widgets a script makes at most. */
export function widgetsOf({ steps, insteadOf }: Script): number {
  return insteadOf === undefined ? steps.filter(isCreate).length : 0;
}

/** Whether a step makes a widget of the organization's own. */
export function isCreate(step: PlanStep): boolean {
  return step.kind === "call" && step.operation === "createWidget" && (step.caller ?? "own") === "own";
}

/** Whether steps wait until the widget is active. */
export function isAwaited(steps: readonly PlanStep[]): boolean {
  return steps.some((step) => step.kind === "wait" && step.until === "active");
}

/** Whether nobody needs a script's widget any more when the others have ended, and it is there and active with no crawl running. */
export function isSpare({ lane, steps }: Script): boolean {
  const writes = steps.filter(isOwnWrite).map(({ operation }) => operation);
  const isPlain = !writes.includes("recrawlWidget") && !writes.includes("deleteWidget");
  const isPaused = writes.findLast((one) => one === "pauseWidget" || one === "resumeWidget") === "pauseWidget";
  return (lane === "quiet" || lane === "parallel") && isAwaited(steps) && isPlain && !isPaused;
}
