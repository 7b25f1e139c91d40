import type { MockBounds } from "./bounds.ts";
import { Faults } from "./faults/faults.ts";
import { Journal, Journals } from "./journal/journal.ts";
import type { CrawlMode } from "./world/crawl-mode.ts";
import { StoredBytes } from "./world/stored-bytes.ts";
import type { Time } from "./world/time.ts";
import { WidgetOwners } from "./world/widget-owners.ts";
import type { NamedEndpoint, World } from "./world/world.ts";

/** The defaults of worlds that are created from now on. Controls of the whole mock change them. */
export interface WorldDefaults {
  seed: number;
  readonly time: Time;
  crawl: CrawlMode;
  endpoints: readonly NamedEndpoint[];
  /** Number of endpoints added for all worlds; the id of the next one continues it. */
  endpointCount: number;
  scenario: string;
}

/** Everything that a mock holds. A reset and a restore put another one in its place, so that neither can end halfway. */
export class MockState {
  readonly defaults: WorldDefaults;
  readonly byOrganization = new Map<string, World>();
  readonly owners = new WidgetOwners();
  readonly stored: StoredBytes;
  readonly journals: Journals;
  /** The requests of no organization: without a valid key, or for a widget that nobody has. */
  readonly unassigned: Journal;
  /** The faults of every world. */
  readonly faults: Faults;
  unknownRequests = 0;
  /** How often ids may have been given that this mock does not know: by restores, and by worlds that were forgotten. */
  epochs: number;

  constructor(bounds: MockBounds, defaults: WorldDefaults, epochs = 0) {
    this.defaults = defaults;
    this.epochs = epochs;
    this.stored = new StoredBytes(bounds);
    this.journals = new Journals(bounds.journalBytes);
    this.unassigned = new Journal(this.journals, bounds.journalEntries);
    this.faults = new Faults(String(defaults.seed), "flt_all_");
  }
}
