import type { Cleaner } from "./cleaner.ts";
import type { RunLimits } from "./limits.ts";
import type { Lister } from "./lister.ts";
import type { Mailbox } from "./mailbox.ts";
import type { ProbeLane } from "./probe-lane.ts";
import type { ReadyReads } from "./ready-reads.ts";
import type { Scheduler } from "./scheduler.ts";
import type { VisitorLane } from "./visitor-lane.ts";
import type { Watch } from "./watch.ts";
import type { Wire } from "./wire.ts";

/** What a run is played on. */
export interface Stage {
  readonly scheduler: Scheduler;
  readonly lister: Lister;
  readonly wire: Wire;
  readonly visitors: VisitorLane | undefined;
  readonly watch: Watch;
  readonly mailbox: Mailbox | undefined;
  readonly readyReads: ReadyReads;
  readonly probes: ProbeLane | undefined;
  readonly limits: RunLimits;
  readonly cleaner: Cleaner;
  readonly hasSecond: boolean;
}
