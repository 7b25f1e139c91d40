import type { ApiDocument } from "../../spec/document.ts";
import type { CallerRole, WrongCaller } from "../history/exchange.ts";
import { bodyless, cleanStep, observe, readStep, type Script, until, walkStep } from "./script.ts";
import type { CallStep, PlanStep } from "./step.ts";
import { foreignUpdate } from "./values.ts";

type Foreigner = Exclude<CallerRole, "own">;

/** Who asks besides the organization itself, and who with a credential that is wrong on purpose. */
export interface ForeignCallers {
  readonly hasSecond: boolean;
  /** The callers with credentials that are wrong on purpose; none where such may not be sent. */
  readonly wrong: readonly WrongCaller[];
  /** Whether every operation is tried. */
  readonly isWhole: boolean;
  /** How many widgets there are that nobody needs any more when everything else is over. */
  readonly spares: number;
}

/**
 * What others are shown and can do: a caller without a credential, and one of another organization. They ask about a new
 * widget, and at the end about the same and a paused one. Last, when everything else is over, every operation is tried on
 * widgets that nobody needs any more, with wrong credentials too: they may lock the run out. What comes of a recrawl shows
 * when it has ended, so that each caller has a widget of its own for that, as far as there are enough.
 */
export function foreignScripts(document: ApiDocument, { hasSecond, wrong, isWhole, spares }: ForeignCallers): Script[] {
  const second: readonly Foreigner[] = hasSecond ? ["other"] : [];
  const callers: readonly Foreigner[] = ["anonymous", ...second];
  const asking = callers.flatMap((caller) => asks(caller));
  const asked = callers.flatMap((caller) => [followingCursor(caller), ...asks(caller)]);
  const invalid: readonly Foreigner[] = ["anonymous", ...wrong];
  // A key that nobody has is the same under another scheme. A changed key may be taken for another one: such share no widget with it.
  const isMadeUp = (caller: Foreigner) => caller === "made-up" || caller === "other-scheme";
  const isChanged = (caller: Foreigner) => !isMadeUp(caller) && caller !== "anonymous";
  const apart = [["anonymous" as const], invalid.filter(isMadeUp), ...invalid.filter(isChanged).map((one) => [one])];
  // One is for every operation.
  const groups = [...second.map((caller) => [caller]), ...inGroups(apart, spares - 1 - second.length)];
  return [
    foreignScript("foreign-new", "any", [until("listed"), ...asking]),
    foreignScript("foreign-again", "any", [until("walked"), ...asked]),
    foreignScript("foreign-paused", "paused", [until("walked"), ...asked]),
    ...(isWhole
      ? [foreignScript("foreign-credentials", "spare", everyOperation(document, [...second, ...invalid]))]
      : []),
    ...(isWhole ? groups.map((some) => foreignScript(`recrawl-by-${some[0]}`, "own-site", recrawlsBy(some))) : []),
  ];
}

/** So many groups of callers at most: the last ones are put together where there are more. */
function inGroups(groups: readonly (readonly Foreigner[])[], most: number): readonly Foreigner[][] {
  const kept = groups.slice(0, most >= groups.length ? groups.length : Math.max(0, most - 1));
  return [...kept, groups.slice(kept.length).flat()].map((some) => [...some]).filter((some) => some.length > 0);
}

/** The organization's own list, as it was asked for last. */
const ownList: CallStep = { kind: "call", operation: "listWidgets", query: { limit: "100" }, asListed: true };

/** Every operation by every caller. The organization reads what has come of each that writes, so that it shows whose it was. */
function everyOperation(document: ApiDocument, callers: readonly Foreigner[]): PlanStep[] {
  const byAll = (callOf: (caller: Foreigner) => Omit<CallStep, "kind" | "caller">) =>
    callers.map((caller): CallStep => ({ kind: "call", caller, ...callOf(caller) }));
  const readAfter = (calls: readonly CallStep[]) => calls.flatMap((call): PlanStep[] => [call, readStep]);
  return [
    // It is lent its widget before the others are deleted.
    until("told"),
    until("probed"),
    readStep,
    ...byAll(() => ({ operation: "getWidget" })),
    // At once after the organization itself, at the same address: what is kept for that shows.
    ownList,
    ...byAll(() => ({ operation: "listWidgets", query: { limit: "100" }, asListed: true })),
    // Whether a create had an effect is read where it was accepted, and looked for in the list at the end where it was not.
    ...byAll(() => ({ operation: "createWidget" })),
    ...readAfter(byAll((caller) => ({ operation: "updateWidget", body: foreignUpdate(document, caller) }))),
    ...readAfter(byAll(() => ({ operation: "pauseWidget" }))),
    bodyless.pause,
    ...readAfter(byAll(() => ({ operation: "resumeWidget" }))),
    bodyless.resume,
    ...readAfter(byAll(() => ({ operation: "recrawlWidget" }))),
    ...readAfter(byAll(() => ({ operation: "deleteWidget" }))),
    walkStep,
    cleanStep,
  ];
}

/** Recrawls of a site that has changed, and what comes of them while a crawl may run. */
function recrawlsBy(callers: readonly Foreigner[]): PlanStep[] {
  const look = observe("active", "visibleIndex");
  return [
    // It is lent its widget before the others are deleted; what visitors get must not change by itself until everybody is done.
    ...[until("told"), { kind: "change-site" } as const, look],
    ...[until("probed"), readStep, look],
    ...callers.map((caller): CallStep => ({ kind: "call", operation: "recrawlWidget", caller })),
    { kind: "window", observe: "visibleIndex" },
    ...[readStep, observe("recrawled", "visibleIndex"), cleanStep],
  ];
}

function foreignScript(id: string, borrows: NonNullable<Script["borrows"]>, steps: readonly PlanStep[]): Script {
  return { id, lane: "foreign", borrows, steps };
}

function asks(caller: Foreigner): CallStep[] {
  return [
    { kind: "call", operation: "listWidgets", caller, query: { limit: "100" } },
    { kind: "call", operation: "getWidget", caller },
    // What it would write is there already.
    { kind: "call", operation: "updateWidget", caller, asRead: ["name"] },
  ];
}

/** The page that a cursor of the organization leads to. */
function followingCursor(caller: Foreigner): CallStep {
  return { kind: "call", operation: "listWidgets", caller, query: { limit: "100" }, cursor: "followed-last" };
}
