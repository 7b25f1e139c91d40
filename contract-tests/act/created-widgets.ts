import type { RuleId } from "../../spec/generated/rules.ts";
import type { Exchange } from "../history/exchange.ts";
import { isSpare, type Script } from "../plan/script.ts";

/** A widget that the run has made. */
export interface CreatedWidget {
  readonly script: Script;
  /** The run's own name of it: the id of its script. */
  readonly name: string;
  readonly id: string;
  /** What it is called by the API, and its site. */
  readonly called: string;
  readonly site: string;
  /** When its create began, in milliseconds since the run did. */
  readonly began: number;
  /** Whether it was seen active. */
  isActive: boolean;
  /** Whether it was read since it is active. */
  isRead: boolean;
  /** Whether a script has borrowed it for good: that one deletes it. */
  isLent: boolean;
  isDeleted: boolean;
  /** When its delete was accepted, in milliseconds since the run began. */
  deletedAt?: number;
  /** The assumption that was probed by its delete: documented rules know nothing of it then. */
  deleteProbe?: RuleId | undefined;
  /** Whether a read showed nothing once it was deleted. */
  wasGone?: boolean;
  /** The last write that was accepted. */
  lastWrite?: string;
  /** What the last read of it was answered with. */
  seen?: Exchange;
}

/** The widgets that a run has made. */
export class CreatedWidgets {
  /** In the order of their creates. */
  readonly all: CreatedWidget[] = [];
  readonly ids = new Set<string>();
  /** The run's own names of those that events may be about, by their ids. */
  readonly names = new Map<string, string>();

  /** Adds a widget; one that was made for a probe tells nothing of documented rules by its events. */
  add(made: CreatedWidget, isProbe: boolean): void {
    // An id that is given again after a delete is another widget's; one that is given twice is one widget.
    if (this.all.some(({ id, isDeleted }) => id === made.id && !isDeleted)) return;
    this.all.push(made);
    this.ids.add(made.id);
    if (!isProbe) this.names.set(made.id, made.name);
  }

  /** A widget for a script that makes none itself. */
  lend(
    borrows: NonNullable<Script["borrows"]>,
    scripts: readonly Script[],
    showsActive: (made: CreatedWidget) => boolean,
  ): CreatedWidget | undefined {
    const ofPlan = scripts.flatMap((script) =>
      this.all.filter((one) => one.script === script && script.lane !== "probe"),
    );
    const there = ofPlan.filter(({ isDeleted }) => !isDeleted);
    if (borrows === "any") return ofPlan[0];
    if (borrows === "paused") return there.find(({ lastWrite }) => lastWrite === "pauseWidget");
    if (borrows === "active") return there.find(showsActive);
    const spares = there.filter((one) => !one.isLent && isSpare(one.script) && showsActive(one));
    // What another one's crawl does to a site that is shared proves nothing.
    const alone = borrows === "own-site" ? spares.find(({ script }) => script.namesake === undefined) : undefined;
    const spare = alone ?? spares[0];
    if (spare) spare.isLent = true;
    return spare;
  }
}
