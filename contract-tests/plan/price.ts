import type { WidgetsDocument } from "../../spec/document.ts";
import type { Means } from "../history/record.ts";
import { readPauseMs, windowMs } from "../history/window.ts";
import type { RunSettings } from "../options.ts";
import { type Milestone, milestoneBefore, milestoneNames, stepAt } from "./milestones.ts";
import { isFit, mostSpared, pageSizeFor } from "./page-sizes.ts";
import { ofLane, type Plan, widgetsIn } from "./plan.ts";
import { mostReadyReads, pollsUntil } from "./polls.ts";
import { isAwaited, isCreate, isSpare, type Script } from "./script.ts";
import { type CleanStep, isOwnWrite, type PlanStep, type WalkStep } from "./step.ts";

/** What a run costs that finds nothing; what fails is done again. */
export interface Price {
  readonly scripts: number;
  /** Of those some are made for probes. */
  readonly widgets: number;
  /** How many calls, however long crawls take. */
  readonly calls: number;
  /** How many polls for the end of first crawls come to them, where these take as long as the documentation says. */
  readonly polls: { readonly min: number; readonly max: number };
  /** How long it takes, in whole seconds: crawls take as long as the documentation says; at most, the target is slow too. */
  readonly seconds: { readonly min: number; readonly max: number };
  /** How long that is, in seconds. */
  readonly crawlSeconds: { readonly min: number; readonly max: number };
}

/** What a price depends on besides the plan; `listens` where there is a receiver of events. */
export type PriceOptions = Pick<RunSettings, "callsPerSecond" | "readLagMs"> & Pick<Means, "listens">;

/** What it takes to learn the form of the list: a page, its first widget, and the one after it. */
const learningCalls = 3;
/** How many calls a second any target is thought to take. */
const slowCallsPerSecond = 10;
/** The largest page. */
const bulk = 100;
/** How many widgets a page has where nobody asks for a size, as far as is known (A-LIST-2). */
const usualPage = 20;
/** How many reads there are in a window, however long it is. */
const readsInWindow = Math.round(windowMs(0) / readPauseMs(windowMs(0)));

/** What a plan costs: its steps are counted. How many polls there are depends on how long a crawl takes. */
export function priceOf(document: WidgetsDocument, { scripts }: Plan, options: PriceOptions): Price {
  const { callsPerSecond, readLagMs } = options;
  const crawls = Object.values(document["x-timing"]).map(({ seconds }) => seconds);
  const crawlSeconds = {
    min: Math.min(...crawls.map(({ min }) => min)),
    max: Math.max(...crawls.map(({ max }) => max)),
  };
  // Events come of first crawls and of recrawls.
  const readyReads = options.listens
    ? Math.min(mostReadyReads, scripts.filter(({ steps }) => isAwaited(steps)).length)
    : 0;
  const count = new Count(scripts);
  const calls = count.calls + readyReads;
  const [min, max] = [crawlSeconds.min, crawlSeconds.max].map((seconds) => count.pollsUntil(seconds * 1000));
  const polls = { min: min ?? 0, max: max ?? 0 };
  // Reads wait for the read lag, in each lane one after the other.
  const reads = (some: readonly Script[]) => some.map(({ steps }) => steps.filter(isOwnWrite).length);
  const inARow =
    reads(ofLane(scripts, "quiet")).reduce((sum, count) => sum + count, 0) +
    Math.max(0, ...reads(ofLane(scripts, "parallel")));
  const windows = windowsInARow(scripts);
  const secondsWith = (end: "min" | "max", perSecond: number) => {
    const waiting = crawlSeconds[end] + (windows * windowMs(crawlSeconds[end] * 1000)) / 1000;
    return Math.round(waiting + (calls + polls[end]) / perSecond + (inARow * readLagMs) / 1000);
  };
  const seconds = {
    min: secondsWith("min", callsPerSecond),
    max: secondsWith("max", Math.min(callsPerSecond, slowCallsPerSecond)),
  };
  const own = ofLane(scripts, "quiet", "visitor", "parallel").filter(({ steps }) => steps.some(isCreate));
  // A widget of another organization is made to see whose it is.
  const others = scripts.flatMap(({ steps }) => steps).filter((step) => isForeignCreate(step)).length;
  return { scripts: own.length, widgets: widgetsIn(scripts) + others, calls, polls, seconds, crawlSeconds };
}

/**
 * How many windows come one after the other: those of a script that writes on after them, one when all is written, and one
 * when others have tried to recrawl.
 */
function windowsInARow(scripts: readonly Script[]): number {
  const isWatched = ofLane(scripts, "foreign").some(({ steps }) => steps.some(({ kind }) => kind === "window"));
  const counts = ofLane(scripts, "visitor", "parallel").map(({ steps }) => {
    const written = steps.slice(0, stepAt(steps, "written"));
    return written.filter(({ kind }) => kind === "window").length;
  });
  return Math.max(0, ...counts) + (isWatched ? 2 : 1);
}

/** Whether another organization creates a widget. */
function isForeignCreate(step: PlanStep): boolean {
  return step.kind === "call" && step.operation === "createWidget" && step.caller === "other";
}

/** Counts the calls that scripts make on a target that keeps every promise. */
class Count {
  #scripts: readonly Script[];
  readonly #spare: readonly Script[];
  /** How many widgets are deleted before the others, so that those that are left fill pages. */
  readonly #spared: number;

  constructor(scripts: readonly Script[]) {
    this.#scripts = scripts.filter(({ insteadOf }) => insteadOf === undefined);
    const borrowing = scripts.filter(({ borrows }) => borrows === "spare" || borrows === "own-site");
    this.#spare = scripts.filter(isSpare).slice(0, borrowing.length);
    // Who gets no widget does nothing.
    const idle = borrowing.slice(this.#spare.length);
    this.#scripts = this.#scripts.filter((script) => !idle.includes(script));
    this.#spared = 0;
    while (!isFit(this.#listedAt("settled")) && this.#spared < mostSpared) this.#spared++;
  }

  get calls(): number {
    const steps = this.#scripts.reduce((sum, script) => sum + this.#callsOf(script), 0);
    const isListed = this.#scripts.some(({ lane }) => lane === "list");
    // At the end the list is looked through once more for what was deleted.
    const isMade = this.#scripts.some(({ steps }) => steps.some(isCreate));
    return steps + (isListed ? learningCalls + (isMade ? 1 : 0) : 0);
  }

  /** How many polls it takes to see the end of first crawls that take as long, in milliseconds. */
  pollsUntil(crawlMs: number): number {
    const isWaiting = this.#scripts.some((script) => isAwaited(script.steps));
    // The list answers for all widgets at once, on as many pages as there are.
    return isWaiting ? pollsUntil(crawlMs) * pagesOf(this.#listedAt("made"), bulk) : 0;
  }

  #callsOf(script: Script): number {
    let [calls, isDeleted] = [0, false];
    for (const [index, step] of script.steps.entries()) {
      if (step.kind === "walk") calls += this.#walkCalls(script, step, index);
      else if (step.kind === "clean") calls += this.#cleanCalls(script, step, isDeleted);
      else calls += this.#stepCalls(step, isDeleted);
      isDeleted ||= isDelete(step);
    }
    return calls;
  }

  #stepCalls(step: PlanStep, isDeleted: boolean): number {
    if (step.kind === "wait") return step.until === "active" && !isDeleted ? 1 : 0;
    if (step.kind === "window") return isDeleted ? 0 : readsInWindow;
    if (step.kind !== "call") return 0;
    if (step.cursor === "followed-last" && this.#listedAt("settled") < 2) return 0;
    const isRead = step.probe === undefined && (isOwnWrite(step) || isCreate(step));
    return 1 + (step.race ? 1 : 0) + (isRead ? 1 : 0) + (isForeignCreate(step) ? 3 : 0);
  }

  #walkCalls({ steps }: Script, { limit = usualPage }: WalkStep, index: number): number {
    const listed = this.#listedAt(milestoneBefore(steps, index));
    const size = pageSizeFor(limit, listed);
    const firstFitting = steps.findIndex((step) => step.kind === "walk" && typeof step.limit !== "number");
    // That one finds out how many there are, again after each that is deleted.
    const before = index === firstFitting ? (this.#spared + 1) * pagesOf(listed, bulk) : 0;
    return before + (size === undefined ? 0 : pagesOf(listed, size));
  }

  /** A delete and a read, where nobody has deleted it; who borrows a widget for good deletes it instead of its script. */
  #cleanCalls(script: Script, { probe }: CleanStep, isDeleted: boolean): number {
    if (isDeleted || this.#spare.includes(script) || !script.steps.some(isCreate)) return 0;
    return probe ? 1 : 2;
  }

  /** How many widgets are listed at a milestone, or at first. */
  #listedAt(milestone: Milestone = "made"): number {
    const listed = this.#scripts.filter(({ steps }) => {
      const before = steps.slice(0, stepAt(steps, milestone));
      return before.some(isCreate) && !before.some((step) => isDelete(step) || step.kind === "clean");
    });
    const isAfter = milestoneNames.indexOf(milestone) >= milestoneNames.indexOf("settled");
    return listed.length - (isAfter && milestone !== "cleaned" ? this.#spared : 0);
  }
}

function isDelete(step: PlanStep): boolean {
  return isOwnWrite(step) && [step, step.race].some((call) => call?.operation === "deleteWidget");
}

function pagesOf(listed: number, limit: number): number {
  return Math.max(1, Math.ceil(listed / limit));
}
