import { Refusal } from "../refusal.ts";
import type { Organizations, Quotas } from "./organizations.ts";

/** The name of a quota. */
export type Quota = keyof Quotas;

/** What an organization has used of its quotas, by their names; undefined where that is not counted. */
export type QuotaUse = { readonly [quota in Quota]-?: number | undefined };

const dayMs = 24 * 60 * 60 * 1000;
/** Beyond so many organizations, those that send nothing at the moment are forgotten. */
const maxIdleRates = 10_000;

/** What several processes that share a state have used together. */
export interface SharedCounts {
  /** Requests of an organization that the others let through, a moment ago, and how many of them did. */
  requestsOfOthers(organization: string): { readonly perSecond: number; readonly processes: number };
  /** Attempts to deliver events today, as was heard of them a moment ago. */
  deliveriesOf(organization: string): number;
  /** Counts an attempt to deliver an event; false for one that must not be made. */
  takeDelivery(organization: string, limit: number): Promise<boolean>;
}

/**
 * Holds organizations to their quotas. Requests and deliveries are counted in real time, and not by the worlds: a reset or an
 * older snapshot gives none of them back. Without a store that several processes share, this process alone counts them.
 */
export class QuotaMeter {
  readonly #organizations: Organizations;
  readonly #defaults: Quotas;
  readonly #hasDefaults: boolean;
  /** When the requests of an organization so far would be over at its permitted rate, in real milliseconds. */
  readonly #busyUntil = new Map<string, number>();
  /** Requests that were let through since others were told of them. */
  #counts = new Map<string, number>();
  /** Set by a store that several processes share. */
  shared: SharedCounts | undefined;
  #deliveryDay = 0;
  readonly #deliveries = new Map<string, number>();

  /** @param defaults quotas of every organization that has none of its own */
  constructor(organizations: Organizations, defaults: Quotas) {
    this.#organizations = organizations;
    this.#defaults = defaults;
    this.#hasDefaults = Object.keys(defaults).length > 0;
  }

  /** At most so many, or undefined. */
  limitOf(organization: string, quota: Quota): number | undefined {
    return this.#organizations.quotasOf(organization)?.[quota] ?? this.#defaults[quota];
  }

  /**
   * Counts a request.
   * @throws Refusal for one more than the rate allows; a second's worth may come at once
   */
  takeRequest(organization: string): void {
    if (!this.areThere) return;
    const limit = this.limitOf(organization, "requests_per_second");
    if (limit === undefined) return;
    const now = performance.now();
    const busyUntil =
      Math.max(now, this.#busyUntil.get(organization) ?? 0) + 1000 / this.#ownShare(organization, limit);
    if (busyUntil - now > 1000 + 1e-6) throw tooManyRequests(limit);
    if (this.#busyUntil.size >= maxIdleRates) this.#forgetIdle(now);
    this.#busyUntil.set(organization, busyUntil);
    if (this.shared) this.#counts.set(organization, (this.#counts.get(organization) ?? 0) + 1);
  }

  /** What the others leave of a rate, and no less than an equal share. */
  #ownShare(organization: string, limit: number): number {
    if (!this.shared) return limit;
    const { perSecond, processes } = this.shared.requestsOfOthers(organization);
    return Math.max(limit - perSecond, limit / (processes + 1));
  }

  /** True if any organization may have quotas. */
  get areThere(): boolean {
    return this.#hasDefaults || this.#organizations.haveQuotas;
  }

  /** The requests that were let through since the last time, by organization, where a quota limits them. */
  takeCounts(): ReadonlyMap<string, number> {
    const counts = this.#counts;
    this.#counts = new Map();
    return counts;
  }

  /** @throws Refusal for one more than there may be */
  requireRoom(organization: string, quota: Quota, used: number): void {
    const limit = this.limitOf(organization, quota);
    if (limit !== undefined && used >= limit) throw quotaReached(quota, limit);
  }

  /** Counts an attempt to deliver an event. It is false for one that must not be made. */
  takeDelivery(organization: string): boolean | Promise<boolean> {
    const limit = this.limitOf(organization, "deliveries_per_day");
    if (limit === undefined) return true;
    if (this.shared) return this.shared.takeDelivery(organization, limit);
    const used = this.deliveriesOf(organization);
    if (used >= limit) return false;
    this.#deliveries.set(organization, used + 1);
    return true;
  }

  /** Attempts to deliver events today, counted where a quota limits them. */
  deliveriesOf(organization: string): number {
    if (this.shared) return this.shared.deliveriesOf(organization);
    const day = Math.floor(Date.now() / dayMs);
    if (day !== this.#deliveryDay) this.#deliveries.clear();
    this.#deliveryDay = day;
    return this.#deliveries.get(organization) ?? 0;
  }

  /** Requests of the last second, counted where a quota limits them. */
  requestsOf(organization: string): number {
    const limit = this.limitOf(organization, "requests_per_second") ?? 0;
    const busyMs = (this.#busyUntil.get(organization) ?? 0) - performance.now();
    const others = this.shared?.requestsOfOthers(organization).perSecond ?? 0;
    const own = Math.max(0, Math.ceil((busyMs * this.#ownShare(organization, limit)) / 1000 - 1e-6));
    return own + Math.round(others);
  }

  #forgetIdle(now: number): void {
    for (const [organization, busyUntil] of this.#busyUntil) {
      if (busyUntil <= now) this.#busyUntil.delete(organization);
    }
  }
}

/** The rejection of what is over a quota. It names the quota. */
export function quotaReached(quota: Quota, limit: number): Refusal {
  return new Refusal("quota_reached", { values: { quota, limit: String(limit) }, members: { quota } });
}

function tooManyRequests(limit: number): Refusal {
  const quota: Quota = "requests_per_second";
  const headers = { "Retry-After": "1" };
  return new Refusal("quota_rate", { values: { quota, limit: String(limit) }, members: { quota }, headers });
}
