import { Refusal } from "../../refusal.ts";
import type { Persistence } from "../../store/persistence.ts";
import { laterStep } from "../../store/store.ts";
import { hash, type Random, type RandomState } from "../random.ts";
import { type Attempt, attemptDelivery } from "./attempt-delivery.ts";
import { Deliveries, type DeliveriesSettings } from "./deliveries.ts";
import type { StoredDelivery } from "./delivery.ts";
import type { Endpoint } from "./endpoint.ts";
import { Endpoints } from "./endpoints.ts";

/** An event to be announced. */
export interface WebhookEvent extends Pick<StoredDelivery, "event" | "widget" | "trace"> {
  /** RFC 3339. */
  readonly at: string;
}

/** The counts of a world's webhooks, as a snapshot has them. */
export interface WebhooksState {
  readonly events: number;
  readonly endpointCount: number;
}

/** Seconds between attempts; the first is immediate (Standard Webhooks 1.0). */
const scheduleSeconds = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;
/** Delay of a reordered event, unless its endpoint has another one. */
const defaultReorderSeconds = 10;
/** How often is looked what became of the attempts of other processes, in real time. */
const othersMs = 50;

/** What the webhooks of a world need of it. */
export interface WebhooksSettings extends DeliveriesSettings {
  readonly organization: string;
  readonly persistence: Persistence | undefined;
  readonly random: Random;
  readonly onError: (error: unknown) => void;
  /** The `traceparent` of a request, if it had one and is remembered; later if a store is asked for it. */
  readonly traceParentOf: (requestId: string) => string | undefined | Promise<string | undefined>;
}

/** The webhooks of a world: announces events to its endpoints, and attempts the deliveries when they are due. */
export class Webhooks {
  readonly endpoints: Endpoints;
  readonly deliveries: Deliveries;
  readonly #settings: WebhooksSettings;
  readonly #onAttempt: (delivery: StoredDelivery, attempt: Attempt) => void;
  readonly #inProgress = new Map<string, Promise<void>>();
  #events = 0;

  constructor(settings: WebhooksSettings, onAttempt: (delivery: StoredDelivery, attempt: Attempt) => void) {
    this.#settings = settings;
    this.#onAttempt = onAttempt;
    this.endpoints = new Endpoints(settings.changes);
    this.deliveries = new Deliveries(settings);
  }

  /** Removes an endpoint and cancels its pending deliveries. */
  removeEndpoint(id: string): void {
    this.endpoints.drop(id);
    this.deliveries.cancelOf({ endpoint: id });
  }

  /**
   * Sends an event to every endpoint. The attempts are scheduled, so that none is made inside the request that caused it.
   * @param data the widget as JSON
   */
  announce({ event, widget, trace, at }: WebhookEvent, data: string): void {
    this.#events++;
    this.#settings.changes?.changedHead("world");
    const body = `{"type":${JSON.stringify(event)},"timestamp":${JSON.stringify(at)},"data":${data}}`;
    for (const endpoint of this.endpoints.values()) {
      if (endpoint.enabled) this.#deliver(endpoint, { event, widget, trace, body });
    }
  }

  /**
   * Schedules a new attempt for now, whatever the state of the delivery, unless one is in progress.
   * @returns the delivery, or undefined if it is unknown or its endpoint was removed
   */
  resend(id: string): StoredDelivery | undefined {
    const delivery = this.deliveries.get(id);
    const endpoint = delivery && this.endpoints.get(delivery.endpoint);
    if (!delivery || !endpoint) return undefined;
    if (this.#inProgress.has(delivery.key)) return delivery;
    // A 410 has disabled the endpoint; a resend is a deliberate decision to try again.
    this.endpoints.change(endpoint.id, { enabled: true });
    this.deliveries.reopen(delivery);
    return delivery;
  }

  /** Starts the attempt of a delivery that is due. Only `settled` and `waitForAttempt` wait for its result. */
  attempt(key: string): void {
    const delivery = this.deliveries.get(key);
    if (!delivery) return;
    delivery.timer = undefined;
    this.deliveries.noteChange(delivery);
    const endpoint = this.endpoints.get(delivery.endpoint);
    if (!endpoint?.enabled) {
      this.deliveries.end(delivery, "cancelled");
      return;
    }
    const attempt = this.#attempt(delivery, endpoint)
      .catch((error: unknown) => {
        // A result that cannot be committed is lost, and the attempt is made again.
        if (!(error instanceof Refusal)) this.#settings.onError(error);
      })
      .finally(() => {
        // The next attempt may have started during this one.
        if (this.#inProgress.get(key) === attempt) this.#inProgress.delete(key);
      });
    this.#inProgress.set(key, attempt);
  }

  /** Waits for the attempt of a delivery that is due or in progress, and gives the delivery as it is then. */
  async waitForAttempt(delivery: StoredDelivery): Promise<StoredDelivery> {
    this.#settings.clock.runDueTasks();
    await this.#inProgress.get(delivery.id);
    return this.#current().deliveries.get(delivery.key) ?? delivery;
  }

  /**
   * Waits until no attempt is in progress, including retries that come due meanwhile, and those of other processes.
   * @param isOver true once nobody waits any more: where there is always one in progress, it would go on for ever
   */
  async settled(isOver: () => boolean): Promise<void> {
    this.#settings.clock.runDueTasks();
    while (!isOver() && this.#isUnderWay()) {
      if (this.#inProgress.size > 0) await Promise.all(this.#inProgress.values());
      else await new Promise((resolve) => setTimeout(resolve, othersMs));
      const current = await this.#step(() => {
        const webhooks = this.#current();
        webhooks.#settings.clock.runDueTasks();
        return webhooks;
      });
      if (current !== this) return current.settled(isOver);
    }
  }

  /** True if an attempt was started whose result is not known yet. */
  #isUnderWay(): boolean {
    if (this.#inProgress.size > 0 || !this.#settings.persistence?.isShared) return this.#inProgress.size > 0;
    return [...this.deliveries.pending()].some(({ timer }) => !timer);
  }

  /** True if an attempt of a delivery is made by this process. */
  isAttempted(key: string): boolean {
    return this.#inProgress.has(key);
  }

  save(): WebhooksState {
    return { events: this.#events, endpointCount: this.endpoints.idsGiven };
  }

  load({ events, endpointCount }: WebhooksState): void {
    this.#events = events;
    this.endpoints.idsGiven = endpointCount;
  }

  /** The state of the generator of ids, which a store has and a snapshot does not. */
  saveRandom(): RandomState {
    return this.#settings.random.save();
  }

  loadRandom(state: RandomState): void {
    this.#settings.random.load(state);
  }

  /** Schedules the deliveries whose attempt was in progress when its process ended: its result is unknown (A-EVENT-2). */
  resume(): void {
    for (const delivery of this.deliveries.pending()) {
      if (!delivery.timer && !this.#inProgress.has(delivery.key))
        this.deliveries.schedule(delivery, this.#settings.clock.now());
    }
  }

  /** Does what comes later than the request that it belongs to. */
  #step<Result>(act: () => Result): Result | Promise<Awaited<Result>> {
    const { persistence, organization } = this.#settings;
    return persistence ? persistence.step(laterStep(organization), act) : act();
  }

  #deliver(endpoint: Endpoint, event: Pick<StoredDelivery, "event" | "widget" | "trace" | "body">): void {
    const {
      duplicate,
      drop,
      reorder,
      reorderSeconds = defaultReorderSeconds,
      respell,
      delaySeconds = 0,
    } = endpoint.faults;
    const id = this.#settings.random.token("msg_", 24);
    const delayMs = (delaySeconds + (reorder && this.#events % 2 === 1 ? reorderSeconds : 0)) * 1000;
    for (let copy = 0; copy < (duplicate ? 2 : 1); copy++) {
      const delivery: StoredDelivery = {
        key: copy === 0 ? id : `${id}#${copy + 1}`,
        id,
        endpoint: endpoint.id,
        ...event,
        body: respell ? respellJson(event.body) : event.body,
        state: "pending",
        attempts: [],
        timer: undefined,
      };
      this.deliveries.add(delivery);
      if (drop) this.deliveries.end(delivery, "dropped");
      else this.deliveries.schedule(delivery, this.#settings.clock.now() + delayMs);
    }
    this.deliveries.dropOld();
  }

  async #attempt(delivery: StoredDelivery, endpoint: Endpoint): Promise<void> {
    const { key, ...event } = delivery;
    const { clock, persistence, sockets, traceParentOf } = this.#settings;
    const now = clock.now();
    const { store } = persistence ?? {};
    // An event leaves only after what it tells of is committed.
    if (store && !(await store.committed())) return;
    // It may be cancelled, and forgotten, meanwhile and while it waits for its turn.
    const isPending = () => this.#current().deliveries.get(key)?.state === "pending";
    if (!isPending()) return;
    const traceParent = await traceParentOf(event.trace);
    const release = await sockets.acquire(new URL(endpoint.url).origin, delivery);
    if (!release) return;
    if (!isPending()) return release();
    const networks = sockets.targets.networksFor(endpoint.url);
    const isAllowed = await this.#mayDeliver().catch((error: unknown) => {
      release();
      throw error;
    });
    if (!isPending()) return release();
    const attempt = isAllowed
      ? await attemptDelivery(endpoint, event, { now, networks, traceParent }).finally(release)
      : attemptOverQuota(now, release);
    await this.#step(() => this.#current().#endAttempt(key, attempt));
  }

  /** The webhooks that the organization has now: a store may have forgotten this copy of its world, and loaded another. */
  #current(): Webhooks {
    const { persistence, organization } = this.#settings;
    return persistence?.worldOf(organization)?.webhooks ?? this;
  }

  /** Counts an attempt, in the store where several processes share one. */
  async #mayDeliver(): Promise<boolean> {
    const { sockets, organization } = this.#settings;
    return sockets.quotas.takeDelivery(organization);
  }

  #endAttempt(key: string, attempt: Attempt): void {
    const delivery = this.deliveries.get(key);
    if (!delivery) return;
    this.deliveries.addAttempt(delivery, attempt);
    this.#endOrRetry(delivery, attempt);
    this.#onAttempt(delivery, attempt);
    // If the clock was advanced meanwhile, the next attempt may be due already.
    this.#settings.clock.runDueTasks();
  }

  /** Only 2xx is success; 410 disables the endpoint; anything else is retried until the schedule ends. */
  #endOrRetry(delivery: StoredDelivery, { at, status = 0, retryAfterSeconds = 0 }: Attempt): void {
    if (status === 410) this.endpoints.change(delivery.endpoint, { enabled: false });
    const delaySeconds = scheduleSeconds[delivery.attempts.length];
    // What was taken was delivered, though it was cancelled while the receiver thought about it.
    if (status >= 200 && status < 300) this.deliveries.end(delivery, "delivered");
    else if (delivery.state === "cancelled") return;
    else if (status === 410 || delaySeconds === undefined) this.deliveries.end(delivery, "failed");
    else {
      // Derived from the key and not drawn: the order of responses does not depend on the seed.
      const jitterMs = hash(`${delivery.key} ${delivery.attempts.length}`) % (delaySeconds * 100 + 1);
      this.deliveries.schedule(delivery, Date.parse(at) + Math.max(delaySeconds, retryAfterSeconds) * 1000 + jitterMs);
    }
  }
}

/** The same JSON with spaces and escapes that a parser drops. */
function respellJson(text: string): string {
  const escaped = JSON.stringify(JSON.parse(text), null, 1).replaceAll("/", "\\/");
  return escaped.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** An attempt that was not made; it is retried as if the receiver had not answered. */
function attemptOverQuota(now: number, release: () => void): Attempt {
  release();
  const error = "not sent: the organization has reached its quota deliveries_per_day";
  return { at: new Date(now).toISOString(), headers: {}, response: "", error, durationMs: 0 };
}
