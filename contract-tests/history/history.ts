import type { SeenEvent } from "./event.ts";
import type { CallerRole, Exchange } from "./exchange.ts";
import type { Observation } from "./observation.ts";
import type { MemberPath } from "./views.ts";

/** All that a run has seen: what a verdict is a function of, together with the document. */
export interface History {
  readonly settings: HistorySettings;
  readonly exchanges: readonly Exchange[];
  readonly walks: readonly Walk[];
  /** Of what is only watched: the lists between which nothing was written, and that show no more of a write before, by their numbers. */
  readonly rests?: readonly (readonly number[])[];
  readonly waits: readonly Wait[];
  /** What adapters have told. */
  readonly observations: readonly Observation[];
  /** What has come of events about widgets of the run. */
  readonly events: readonly SeenEvent[];
  /** Widgets of the run that may still be there. */
  readonly left: readonly Left[];
  /** Widgets that were there again after they had been deleted, which ended them; left out where there were none. */
  readonly revived?: readonly Pick<Left, "id" | "name">[];
  /** Why it stopped before it was complete; left out where it was completed. */
  readonly stoppedEarly?: StoppedEarly;
  /** Where the items of a list are; undefined where that could not be told. */
  readonly items: MemberPath | undefined;
  /** How a page leads to the next one; undefined where that could not be told. */
  readonly next: NextPage | undefined;
}

/** Why a run stopped before it was complete. */
export interface StoppedEarly {
  readonly cause: "time-limit" | "interrupted" | "no-response" | "no-delete";
  readonly message: string;
}

/** What a run was told that a verdict depends on. */
export interface HistorySettings {
  readonly seed: number;
  /** How old what a read shows may be, in milliseconds. */
  readonly readLagMs: number;
  /** The longest time that a crawl may take, in milliseconds: nothing else bounds one. */
  readonly crawlTimeoutMs: number;
  /** Whether the sites are known to be such that they can be crawled. */
  readonly sitesVouched: boolean;
  /** Whether the target's events come to the run. */
  readonly isSubscribed: boolean;
  /** How many events came that name no widget of the run: other people's, or of a form that is not understood. */
  readonly otherEvents: number;
  /** The target's time when the run began, in milliseconds since the epoch; left out on a test clock that does not say. */
  readonly startedAt?: number;
  /** When the run ended, in milliseconds since it began. */
  readonly endedMs: number;
}

/** The way from a page to the next: a field of the body, or the Link header's (RFC 8288). */
export type NextPage =
  | { readonly in: "body"; readonly place: MemberPath; readonly verified: boolean }
  | { readonly in: "link"; readonly verified: boolean };

/** A way through the pages of the list. */
export interface Walk {
  /** The calls, in order, by their numbers. */
  readonly calls: readonly number[];
  /** Whether the last page was reached. */
  readonly whole: boolean;
}

/** A widget that the run made and could not delete. */
export interface Left {
  readonly id: string;
  readonly name: string;
  /** What the last try to delete it was answered with. */
  readonly why: string;
  /** Who created it, where that was not the organization under test. */
  readonly caller?: CallerRole;
}

/** How long a script waited for its widget to be active. */
export interface Wait {
  readonly widget: string;
  /** Milliseconds since the run began: when the create began, when the wait did, and when it ended. */
  readonly began: number;
  readonly from: number;
  readonly to: number;
  readonly ended: "active" | "gave-up" | "cut-short";
}
