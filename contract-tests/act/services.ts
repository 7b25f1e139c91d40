import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Adapter } from "../adapter.ts";
import type { Observation } from "../history/observation.ts";
import type { RunSettings } from "../options.ts";
import type { Cleaner } from "./cleaner.ts";
import type { CreatedWidgets } from "./created-widgets.ts";
import type { RunLimits } from "./limits.ts";
import type { Lister } from "./lister.ts";
import type { Mailbox } from "./mailbox.ts";
import type { ReadyReads } from "./ready-reads.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Watch } from "./watch.ts";
import type { Wire } from "./wire.ts";

/** What steps are done with. */
export interface Services {
  readonly settings: RunSettings;
  /** The widget that the documentation shows. */
  readonly documented: JsonObject;
  readonly scheduler: Scheduler;
  readonly wire: Wire;
  readonly lister: Lister;
  readonly watch: Watch;
  readonly limits: RunLimits;
  readonly cleaner: Cleaner;
  readonly widgets: CreatedWidgets;
  readonly adapter: Adapter | undefined;
  readonly observations: Observation[];
  readonly readyReads: ReadyReads;
  readonly mailbox: Mailbox | undefined;
}
