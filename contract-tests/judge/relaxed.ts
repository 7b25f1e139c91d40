import type { RuleId } from "../../spec/generated/rules.ts";

/** A rule that is supposed not to hold; or, after a colon, one way alone in which it may not. */
export type Relaxation =
  | RuleId
  | "UPDATE-5:left"
  | "UPDATE-5:put-back"
  | "PAUSE-1:beside"
  | "PAUSE-2:beside"
  | "UPDATE-2:beside"
  | "UPDATE-2:created"
  | "DELETE-8:vanished";

/** What is supposed not to hold, to see whether that explains what was seen. */
export type Relaxed = ReadonlySet<Relaxation>;

/** The rule that a relaxation is of. */
export function ruleOf(relaxation: Relaxation): RuleId {
  return relaxation.split(":")[0] as RuleId;
}

/**
 * That a call touches other widgets would explain anything that happens beside it. It is suspected only where nothing
 * else happened, in the quiet lane; what deletes and recrawls prove there explains the rest too.
 */
export const quietSuspects: readonly Relaxation[] = [
  ...(["DELETE-8", "RECRAWL-7"] as const),
  ...(["PAUSE-1:beside", "PAUSE-2:beside", "UPDATE-2:beside", "UPDATE-2:created"] as const),
];

/**
 * What may be broken of a widget's life, the narrower first: of two that explain all, the narrower is the one to name.
 * That a member keeps what is written goes before that updates are kept, and that before the type of a member.
 */
export const suspects: readonly Relaxation[] = [
  ...(["DELETE-6", "UPDATE-8", "PAUSE-7", "UPDATE-7", "UPDATE-2", "PAUSE-1", "PAUSE-2", "RECRAWL-1"] as const),
  ...(["UPDATE-5:put-back", "UPDATE-3", "UPDATE-4", "CREATE-3", "DELETE-1"] as const),
  ...(["OBJ-5", "OBJ-6", "OBJ-7", "UPDATE-1"] as const),
  ...(["RECRAWL-2", "CREATE-6", "LIFE-4", "OBJ-4"] as const),
  ...(["OBJ-3", "OBJ-8", "OBJ-11", "OBJ-12", "UPDATE-5:left"] as const),
  ...(["OBJ-9", "OBJ-10", "OBJ-13"] as const),
  ...(["UPDATE-5", "SCOPE-3", "LIST-4", "PATH-1", "GET-1", "GET-2"] as const),
  // That it is gone, since another one was deleted, is what is left where nothing else explains that it is not there.
  "DELETE-8:vanished",
];
