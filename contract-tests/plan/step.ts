import type { RuleId } from "../../spec/generated/rules.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import type { CallerRole } from "../history/exchange.ts";
import type { ObservedWhen } from "../history/observation.ts";
import type { Milestone } from "./milestones.ts";

/** One thing that a run does. Everything that a run does to a target is the step of a script, but for what `Origin` names. */
export type PlanStep =
  | CallStep
  | WalkStep
  | ObserveStep
  | WaitStep
  | WindowStep
  | CleanStep
  /** Lets the content of the widget's site change, through the adapter. */
  | { readonly kind: "change-site" }
  /** Reads every widget that is active and was not read since: what is not known before cannot be seen to change. */
  | { readonly kind: "read-active" };

/**
 * A call of an operation. A write of the organization's own is followed by a read of the widget, so that its whole state is
 * known after each; a probe and another caller's are not.
 */
export interface CallStep {
  readonly kind: "call";
  /** The operation's id in the document. A create is given a site besides its body, and a name that ends with the body's. */
  readonly operation: string;
  /** Whose credential it carries; `own` where it is left out. */
  readonly caller?: CallerRole;
  readonly body?: JsonObject;
  /** Members of the body that are sent as they were read last, so that nothing changes whoever takes them. */
  readonly asRead?: readonly string[];
  readonly query?: { readonly [name: string]: string };
  /** Asks for the same address as the organization's own last list, where that is known: what is kept for it shows then. */
  readonly asListed?: boolean;
  /** A cursor to add to the query; the call is left out where there is none. */
  readonly cursor?: "followed-last" | "of-a-deleted-widget";
  /** Header fields besides those that every call has. `{uuid}` stands for one that the script chooses once. */
  readonly headers?: { readonly [name: string]: string };
  /** Asks for an id that nobody has, instead of the widget's. */
  readonly id?: "unknown";
  /**
   * Whether another service may honestly reject its values. Several members that are rejected together are tried one by
   * one, so that one that is honestly rejected does not hide the others; a create is tried again with its name alone, and
   * without any.
   */
  readonly isTricky?: boolean;
  /** Another call that leaves at the same time. Either may take effect first. */
  readonly race?: CallStep;
  /** The assumed rule that it is made to see. No documented rule is judged by it. */
  readonly probe?: RuleId;
  /** Whether it is left out where the target has none of the visitor's operations. */
  readonly needsVisitors?: boolean;
  /** Whether it was drawn from the seed, and is left out where there is no time for it. */
  readonly isRandom?: boolean;
}

/**
 * Sizes of pages that fit the number of widgets that are listed then: one that leaves one widget on the last page, one
 * that fills it, one less than that number, exactly that and one more, and the largest size that the target has.
 */
export const fittingSizes = ["last-single", "last-full", "all-but-one", "all", "one-more", "largest"] as const;

export type FittingSize = (typeof fittingSizes)[number];

/** A walk through every page of the list, in pages of a size. */
export interface WalkStep {
  readonly kind: "walk";
  readonly limit: number | FittingSize;
  /** How many pages are read at most; all where it is left out. */
  readonly mostPages?: number;
  /** Where no widget of the run has ever been listed, waits as long as a crawl may run and looks once more. */
  readonly isPatient?: boolean;
}

/** Members of an adapter that tell something of a widget. */
export type Observable = "loadWidget" | "startConversation" | "visibleIndex" | "readConversation" | "remains";

/** A look at the widget through the adapter; left out where the adapter has none of the members. */
export interface ObserveStep {
  readonly kind: "observe";
  readonly members: readonly Observable[];
  readonly when: ObservedWhen;
  /** Whether it is left out where the call before was not accepted. */
  readonly ifAccepted?: boolean;
  /** Whether it is left out where the widget has been deleted, or has not. */
  readonly ifDeleted?: boolean;
  /** Looks once more when the crawl must have ended, as `settled`, where nothing is there yet. */
  readonly isPatient?: boolean;
}

/**
 * Waits.
 * `active`: until the widget is active, and reads it then; where it never is, what follows is left out up to `done`.
 * `turn`: until the scripts of the lane that come before have got to `quiet-over`, and all of the lane are active.
 * `crawl-over`: until a crawl that ran when the widget was deleted must have ended.
 * `new-index`: until visitors get another index than before the recrawl, or it is known to have ended, or a crawl may take no
 * longer; looks at it meanwhile.
 * `accepted`: until what was rejected since a recrawl is accepted, or a crawl may take no longer; tries it again meanwhile.
 * `events`: until every active widget's `widget.ready` has come, or none is to be expected any more.
 */
export interface WaitStep {
  readonly kind: "wait";
  readonly until: Milestone | "active" | "turn" | "crawl-over" | "new-index" | "accepted" | "events";
}

/** Reads the widget now and then for as long as a crawl may run, and looks at it through the adapter. */
export interface WindowStep {
  readonly kind: "window";
  readonly observe?: Observable;
  /** Whether it is left out where there is no time for it. */
  readonly isRandom?: boolean;
}

/**
 * Deletes the widget where it is still there, again and again where that is rejected for the moment; in a script without a
 * widget what was made while no answer came.
 */
export interface CleanStep {
  readonly kind: "clean";
  readonly probe?: RuleId;
}

/** The operations that change a widget. */
export const writes = ["updateWidget", "pauseWidget", "resumeWidget", "deleteWidget", "recrawlWidget"] as const;

export type Write = (typeof writes)[number];

/** Whether a step is a call of the organization's own that writes to a widget that is there. */
export function isOwnWrite(step: PlanStep): step is CallStep {
  const isOwn = step.kind === "call" && (step.caller ?? "own") === "own" && step.probe === undefined;
  return isOwn && (writes as readonly string[]).includes(step.operation);
}
