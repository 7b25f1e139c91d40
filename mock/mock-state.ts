import type { MockBounds } from "./bounds.ts";
import { Faults } from "./faults/faults.ts";
import { Journal, Journals } from "./journal/journal.ts";
import type { Changes } from "./store/changes.ts";
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

/** What a new state begins with, beside the defaults. */
interface MockStateSettings {
  readonly epochs?: number;
  readonly changes: Changes | undefined;
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
  /** What was changed of what all worlds share since the store was told; undefined if there is none. */
  readonly changes: Changes | undefined;
  /** How often ids may have been given that this mock does not know: by restores, and by worlds that were forgotten. */
  epochs: number;

  constructor(bounds: MockBounds, defaults: WorldDefaults, { epochs = 0, changes }: MockStateSettings) {
    this.changes = changes;
    this.defaults = defaults;
    this.epochs = epochs;
    this.stored = new StoredBytes(bounds);
    this.journals = new Journals(bounds);
    this.unassigned = new Journal(this.journals, bounds.journalEntries);
    this.faults = new Faults(String(defaults.seed), { isOfAll: true, changes });
  }
}
