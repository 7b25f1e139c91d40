import type { WidgetsDocument } from "../../spec/document.ts";
import { windowMs } from "../history/window.ts";
import type { Plan } from "./plan.ts";
import type { Script } from "./script.ts";

/** What a run costs that finds nothing; what fails is done again. */
export interface Price {
  readonly scripts: number;
  /** Of those some are made for probes. */
  readonly widgets: number;
  /** About so many. */
  readonly calls: number;
  /** How long it takes, in seconds, where crawls take as long as the documentation says; whole ones. */
  readonly seconds: { readonly min: number; readonly max: number };
  /** How long that is, in seconds. */
  readonly crawlSeconds: { readonly min: number; readonly max: number };
}

/** What limits how fast a run may be. */
export interface Speed {
  readonly callsPerSecond: number;
  readonly readLagMs: number;
}

/** A create, a delete, and reads of the new widget, the active one, at last and after the delete. */
const callsPerWidget = 6;
/** The call and the read after it. */
const callsPerStep = 2;
/** While a recrawl may run. */
const readsPerWindow = 8;
/** Walks through the list, waiting for first crawls among them. */
const listCalls = 45;
const probeCalls = 25;

/** What a plan costs, about: measured on a mock that keeps every promise. */
export function priceOf(document: WidgetsDocument, plan: Plan, { callsPerSecond, readLagMs }: Speed): Price {
  const { quiet, visitor, probes } = plan;
  const scripts = [...quiet, ...plan.scripts];
  const widgets = scripts.length + visitor.length + (probes?.widgets ?? 0);
  const steps = scripts.reduce((sum, script) => sum + stepsOf(script), 0);
  const watched = scripts.filter(isWatched).length;
  const calls =
    widgets * callsPerWidget + steps * callsPerStep + watched * readsPerWindow + listCalls + (probes ? probeCalls : 0);
  // Reads wait for the read lag, in each lane one after the other.
  const inARow = quiet.reduce((sum, script) => sum + stepsOf(script), 0) + Math.max(0, ...plan.scripts.map(stepsOf));
  const crawls = Object.values(document["x-timing"]).map(({ seconds }) => seconds);
  const crawlSeconds = {
    min: Math.min(...crawls.map(({ min }) => min)),
    max: Math.max(...crawls.map(({ max }) => max)),
  };
  const secondsWith = (crawl: number) =>
    Math.round(crawl + windowMs(crawl * 1000) / 1000 + calls / callsPerSecond + (inARow * readLagMs) / 1000);
  const seconds = { min: secondsWith(crawlSeconds.min), max: secondsWith(crawlSeconds.max) };
  return { scripts: scripts.length + visitor.length, widgets, calls, seconds, crawlSeconds };
}

function stepsOf({ draft, live, last = [] }: Script): number {
  return draft.length + live.length + last.length;
}

/** Whether a script's widget is looked at for as long as a crawl may run. */
function isWatched({ live, last = [] }: Script): boolean {
  return live.length === 0 || [...live, ...last].some(({ operation }) => operation === "recrawlWidget");
}
