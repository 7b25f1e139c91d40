import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Lane, Origin } from "../history/origin.ts";

/** A call about the script's widget. */
export interface ScriptStep {
  /** The operation's id in the document. */
  readonly operation: "updateWidget" | "pauseWidget" | "resumeWidget" | "recrawlWidget" | "deleteWidget";
  readonly body?: JsonObject;
  /** Whether its values are such that another service may honestly refuse them. */
  readonly isTricky?: boolean;
  /** Another call at the same time. */
  readonly beside?: ScriptStep;
}

/** What is done with one widget of its own, as plain data. Its whole state is read after each step. */
export interface Script {
  readonly id: string;
  readonly lane: Lane;
  /** What the widget is created with, besides its name and its site. */
  readonly create: JsonObject;
  /** What is done while it is a draft. */
  readonly draft: readonly ScriptStep[];
  /** What is done when it is active. */
  readonly live: readonly ScriptStep[];
  /** What is done when all the other scripts have been done: what comes of it is looked at as long as a crawl may run. */
  readonly last?: readonly ScriptStep[];
  /** Whether it is created in the quiet lane, when the others are active: what that does to them is to be seen. */
  readonly isLate?: boolean;
  /** Scripts that share a word are given equal names and sites, so that mistaking one widget for the other shows. */
  readonly namesake?: string;
  /** What its name ends with, where that is to be unusual. */
  readonly named?: string;
}

/** The origin of what a script does. */
export function scriptOrigin({ id, lane }: Script): Origin {
  return { lane, script: id };
}
