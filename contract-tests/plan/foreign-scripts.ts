import type { ApiDocument } from "../../spec/document.ts";
import type { CallerRole } from "../history/exchange.ts";
import { type Script, until } from "./script.ts";
import type { CallStep, PlanStep } from "./step.ts";
import { foreignUpdates } from "./values.ts";

type Foreigner = Exclude<CallerRole, "own">;

/**
 * What others are shown and can write: a caller without a credential, and one of another organization. They ask about a
 * new widget, and at the end about the same, a paused one and an active one; what they write the next read shows.
 */
export function foreignScripts(document: ApiDocument, callers: readonly Foreigner[]): Script[] {
  const bodies = foreignUpdates(document);
  const asking = callers.flatMap((caller) => asks(caller));
  const asked = callers.flatMap((caller) => [followingCursor(caller), ...asks(caller)]);
  const writing = callers.flatMap((caller): CallStep[] => [
    { kind: "call", operation: "updateWidget", caller, body: bodies[caller] },
    { kind: "call", operation: "pauseWidget", caller },
  ]);
  return [
    foreignScript("foreign-new", "any", [until("listed"), ...asking]),
    foreignScript("foreign-again", "any", [until("walked"), ...asked]),
    foreignScript("foreign-paused", "paused", [until("walked"), ...asked]),
    foreignScript("foreign-writes", "active", [until("walked"), ...writing]),
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
