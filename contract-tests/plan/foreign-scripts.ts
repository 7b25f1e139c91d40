import type { ApiDocument } from "../../spec/document.ts";
import { type CallerRole, wrongCallers } from "../history/exchange.ts";
import { bodyless, cleanStep, observe, readStep, type Script, until, walkStep } from "./script.ts";
import type { CallStep, PlanStep } from "./step.ts";
import { foreignUpdate } from "./values.ts";

type Foreigner = Exclude<CallerRole, "own">;

/** Who asks besides the organization itself, and who with a credential that is wrong on purpose. */
export interface ForeignCallers {
  readonly hasSecond: boolean;
  /** Whether credentials may be sent that are wrong on purpose. */
  readonly wrongCredentials: boolean;
  /** Whether every operation is tried. */
  readonly isWhole: boolean;
}

/**
 * What others are shown and can do: a caller without a credential, and one of another organization. They ask about a new
 * widget, and at the end about the same and a paused one. Last, when everything else is over, every operation is tried on
 * widgets that nobody needs any more, with wrong credentials too: they may lock the run out. What comes of a recrawl shows
 * when it has ended, so that each of the two groups has a widget of its own for that.
 */
export function foreignScripts(
  document: ApiDocument,
  { hasSecond, wrongCredentials, isWhole }: ForeignCallers,
): Script[] {
  const second: readonly Foreigner[] = hasSecond ? ["other"] : [];
  const callers: readonly Foreigner[] = ["anonymous", ...second];
  const asking = callers.flatMap((caller) => asks(caller));
  const asked = callers.flatMap((caller) => [followingCursor(caller), ...asks(caller)]);
  const groups = [second, ["anonymous", ...(wrongCredentials ? wrongCallers : [])]] as const;
  return [
    foreignScript("foreign-new", "any", [until("listed"), ...asking]),
    foreignScript("foreign-again", "any", [until("walked"), ...asked]),
    foreignScript("foreign-paused", "paused", [until("walked"), ...asked]),
    ...(isWhole ? [foreignScript("foreign-credentials", "spare", everyOperation(document, groups))] : []),
    ...(isWhole && hasSecond ? [foreignScript("foreign-recrawl", "own-site", recrawlsBy(groups[0]))] : []),
    ...(isWhole ? [foreignScript("wrong-recrawl", "own-site", recrawlsBy(groups[1]))] : []),
  ];
}

/** The organization's own list, as it was asked for last. */
const ownList: CallStep = { kind: "call", operation: "listWidgets", query: { limit: "100" }, asListed: true };

/** Every operation by every caller; after each that writes the organization reads what has come of it. */
function everyOperation(document: ApiDocument, groups: readonly (readonly Foreigner[])[]): PlanStep[] {
  const byAll = (callOf: (caller: Foreigner) => Omit<CallStep, "kind" | "caller">, isRead = false) =>
    groups.flatMap((callers): PlanStep[] => {
      const calls = callers.map((caller): CallStep => ({ kind: "call", caller, ...callOf(caller) }));
      return isRead || calls.length === 0 ? calls : [...calls, readStep];
    });
  return [
    // It is lent its widget before the others are deleted.
    until("told"),
    until("probed"),
    readStep,
    ...byAll(() => ({ operation: "getWidget" }), true),
    // At once after the organization itself, at the same address: what is kept for that shows.
    ownList,
    ...byAll(() => ({ operation: "listWidgets", query: { limit: "100" }, asListed: true }), true),
    // Whether a create had an effect is read where it was accepted, and looked for in the list at the end where it was not.
    ...byAll(() => ({ operation: "createWidget" }), true),
    ...byAll((caller) => ({ operation: "updateWidget", body: foreignUpdate(document, caller) })),
    ...byAll(() => ({ operation: "pauseWidget" })),
    bodyless.pause,
    ...byAll(() => ({ operation: "resumeWidget" })),
    bodyless.resume,
    ...byAll(() => ({ operation: "recrawlWidget" })),
    ...byAll(() => ({ operation: "deleteWidget" })),
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
    ...[
      { kind: "window", observe: "visibleIndex" } as const,
      readStep,
      observe("recrawled", "visibleIndex"),
      cleanStep,
    ],
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
