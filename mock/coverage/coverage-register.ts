import type { HappeningRecord } from "../world/happening.ts";
import { streamUrl } from "../world/webhooks/endpoint.ts";
import type { World } from "../world/world.ts";
import { countDelivery, countDropped } from "./count-delivery.ts";
import { CoverageCounts } from "./coverage-counts.ts";
import { eventKey } from "./item-keys.ts";

/**
 * What clients have met of the API, by organization. Unlike the journal it forgets nothing: it outlives resets and restores,
 * and what an organization has met stays in the sum when there are too many of them.
 */
export class CoverageRegister {
  /** True while a scenario is played: its steps are no client. */
  isPaused = false;
  readonly #maxOrganizations: number;
  readonly #byOrganization = new Map<string, CoverageCounts>();
  /** Requests of no organization, and of those that are no longer kept apart. */
  #others = new CoverageCounts();

  constructor(maxOrganizations: number) {
    this.#maxOrganizations = maxOrganizations;
  }

  /** The counts of an organization, or those of none. */
  of(organization: string | undefined): CoverageCounts {
    if (organization === undefined) return this.#others;
    return this.#byOrganization.get(organization) ?? this.#begin(organization);
  }

  /** The sum of all organizations. */
  sum(): CoverageCounts {
    const sum = new CoverageCounts();
    this.#others.addTo(sum);
    for (const counts of this.#byOrganization.values()) counts.addTo(sum);
    return sum;
  }

  /** Begins to count anew, for one organization or for all. */
  reset(organization: string | undefined): void {
    if (organization !== undefined) {
      this.#byOrganization.delete(organization);
      return;
    }
    this.#byOrganization.clear();
    this.#others = new CoverageCounts();
  }

  /** Counts that a client saw a widget in a state. */
  countState({ organization }: World, state: string): void {
    if (!this.isPaused) this.of(organization).countState(state);
  }

  /** Counts that a client saw widgets in their states. */
  countStates({ organization }: World, widgets: readonly { readonly state: string }[]): void {
    if (this.isPaused) return;
    const counts = this.of(organization);
    for (const { state } of widgets) counts.countState(state);
  }

  /** Counts a change of state, the end of a crawl, or an attempt to deliver an event. */
  countHappening(happening: HappeningRecord, world: World): void {
    const counts = this.of(world.organization);
    const { type, from, to, event, endpoint } = happening;
    switch (type) {
      case "webhook.delivered":
      case "webhook.failed":
        // Nobody knows what becomes of an event in the event stream.
        if (world.webhooks.endpoints.get(endpoint ?? "")?.url === streamUrl) break;
        if (event !== undefined && type === "webhook.delivered") counts.add(eventKey(event));
        countDelivery(counts, happening, world.webhooks);
        break;
      default:
        if (from !== undefined && to !== undefined) counts.countTransition(type, from, to);
        if (event !== undefined) countDropped(counts, world.webhooks);
    }
  }

  #begin(organization: string): CoverageCounts {
    const [oldest] = this.#byOrganization.size >= this.#maxOrganizations ? this.#byOrganization : [];
    if (oldest) {
      oldest[1].addTo(this.#others);
      this.#byOrganization.delete(oldest[0]);
    }
    const counts = new CoverageCounts();
    this.#byOrganization.set(organization, counts);
    return counts;
  }
}
