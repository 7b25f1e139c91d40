import type { FaultsState } from "../faults/faults.ts";
import type { SavedRequest } from "../journal/request-record.ts";
import type { ClockState } from "./clock.ts";
import type { Conversation } from "./conversations.ts";
import type { CrawlerState } from "./crawler.ts";
import { type Happening, happeningOf, happeningRecordOf } from "./happening.ts";
import type { IdempotencyState } from "./idempotency.ts";
import type { IdsState } from "./ids.ts";
import type { SitesState } from "./sites.ts";
import type { Task } from "./task.ts";
import type { UsageRecord } from "./usage.ts";
import type { WebhooksState } from "./webhooks/webhooks.ts";
import type { WidgetsState } from "./widget-store.ts";
import type { World } from "./world.ts";

/** A whole world as data, with its scheduled tasks. */
export interface WorldState {
  readonly organization: string;
  readonly ids: IdsState;
  readonly clock: ClockState<Task>;
  readonly widgets: WidgetsState;
  readonly crawler: CrawlerState;
  readonly sites: SitesState;
  readonly conversations: readonly Conversation[];
  readonly usage: readonly UsageRecord[];
  readonly webhooks: WebhooksState;
  readonly faults: FaultsState;
  readonly idempotency: IdempotencyState;
  readonly journal: readonly SavedRequest[];
  readonly happenings: readonly Happening[];
}

/** Saves a world. The state shares objects with the world, so a caller that keeps it must copy it. */
export function saveWorld(world: World): WorldState {
  return {
    organization: world.organization,
    ids: world.ids.save(),
    clock: world.clock.save(),
    widgets: world.saveWidgets(),
    crawler: world.crawler.save(),
    sites: world.sites.save(),
    conversations: world.conversations.save(),
    usage: world.usage.records(),
    webhooks: world.webhooks.save(),
    faults: world.faults.save(),
    idempotency: world.idempotency.save(),
    journal: world.journal.save(),
    happenings: world.happenings.entries().map((record) => happeningOf(record, world.name)),
  };
}

/** Loads a saved state into a new world. */
export function loadWorld(world: World, state: WorldState): void {
  world.ids.load(state.ids);
  world.loadWidgets(state.widgets);
  world.crawler.load(state.crawler);
  world.sites.load(state.sites);
  world.conversations.load(state.conversations);
  world.usage.load(state.usage);
  world.faults.load(state.faults);
  world.idempotency.load(state.idempotency);
  world.journal.load(state.journal);
  world.happenings.load(state.happenings.map(happeningRecordOf));
  // The clock comes before the webhooks, which schedule interrupted attempts on it.
  world.clock.load(state.clock);
  world.webhooks.load(state.webhooks);
}
