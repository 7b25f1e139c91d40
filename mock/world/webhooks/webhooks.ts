import type { MockBounds } from "../../bounds.ts";
import { Refusal } from "../../refusal.ts";
import type { Changes } from "../../store/changes.ts";
import type { Persistence } from "../../store/persistence.ts";
import { laterStep } from "../../store/store.ts";
import { subKey } from "../../store/sub-key.ts";
import type { Clock } from "../clock.ts";
import { hash, type Random, type RandomState } from "../random.ts";
import { roughBytes, type WorldBytes } from "../stored-bytes.ts";
import type { Task } from "../task.ts";
import { type Attempt, attemptDelivery } from "./attempt-delivery.ts";
import type { StoredDelivery } from "./delivery.ts";
import { defaultSecret, type Endpoint, type EndpointOptions } from "./endpoint.ts";
import type { WebhookSockets } from "./webhook-sockets.ts";

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
/** Memory that a delivery takes beside its body, and an attempt, roughly. */
const bytesOfDelivery = 1200;
const bytesOfAttempt = 1500;

/** What the webhooks of a world need of it. */
export interface WebhooksSettings {
  readonly organization: string;
  readonly changes: Changes | undefined;
  readonly persistence: Persistence | undefined;
  readonly clock: Clock<Task>;
  readonly random: Random;
  readonly bounds: MockBounds;
  readonly stored: WorldBytes;
  readonly sockets: WebhookSockets;
  readonly onError: (error: unknown) => void;
  /** The `traceparent` of a request, if it had one and is remembered. */
  readonly traceParentOf: (requestId: string) => string | undefined;
}

/** The webhook endpoints and deliveries of a world. */
export class Webhooks {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #organization: string;
  readonly #changes: Changes | undefined;
  readonly #persistence: Persistence | undefined;
  readonly #clock: Clock<Task>;
  readonly #random: Random;
  readonly #bounds: MockBounds;
  readonly #stored: WorldBytes;
  readonly #sockets: WebhookSockets;
  readonly #onError: (error: unknown) => void;
  readonly #traceParentOf: (requestId: string) => string | undefined;
  readonly #onAttempt: (delivery: StoredDelivery, attempt: Attempt) => void;
  readonly #deliveries = new Map<string, StoredDelivery>();
  /** The pending ones, oldest first. */
  readonly #pending = new Set<StoredDelivery>();
  readonly #inProgress = new Map<string, Promise<void>>();
  #events = 0;
  #endpointCount = 0;

  constructor(settings: WebhooksSettings, onAttempt: (delivery: StoredDelivery, attempt: Attempt) => void) {
    const { organization, changes, persistence, clock, random, bounds, stored, sockets, onError } = settings;
    this.#traceParentOf = settings.traceParentOf;
    this.#organization = organization;
    this.#changes = changes;
    this.#persistence = persistence;
    this.#clock = clock;
    this.#random = random;
    this.#bounds = bounds;
    this.#stored = stored;
    this.#sockets = sockets;
    this.#onError = onError;
    this.#onAttempt = onAttempt;
  }

  /** Adds an endpoint that has passed `checkEndpoint`. */
  addEndpoint({ id, url, secret = defaultSecret, faults = {} }: EndpointOptions & { readonly id?: string }): Endpoint {
    const endpoint = { id: id ?? this.#newEndpointId(), url, secret, enabled: true, faults };
    this.putEndpoint(endpoint);
    return endpoint;
  }

  /** The endpoints by their ids. */
  get endpoints(): ReadonlyMap<string, Readonly<Endpoint>> {
    return this.#endpoints;
  }

  /** Puts an endpoint in the place of the one with its id, or behind all others. */
  putEndpoint(endpoint: Endpoint): void {
    this.#endpoints.set(endpoint.id, endpoint);
    this.#changes?.changed("endpoint", endpoint.id);
  }

  /** Forgets an endpoint, and leaves its deliveries as they are. */
  dropEndpoint(id: string): void {
    this.#endpoints.delete(id);
  }

  /** Changes members of an endpoint, if there is one with this id. */
  changeEndpoint(id: string, members: Partial<Pick<Endpoint, "enabled" | "faults">>): void {
    const endpoint = this.#endpoints.get(id);
    if (endpoint) this.putEndpoint(Object.assign(endpoint, members));
  }

  /** Removes an endpoint and cancels its pending deliveries. */
  removeEndpoint(id: string): void {
    this.#endpoints.delete(id);
    this.#changes?.removed("endpoint", id);
    this.#cancelWhere(({ endpoint }) => endpoint === id);
  }

  /**
   * Sends an event to every endpoint. The attempts are scheduled, so that none is made inside the request that caused it.
   * @param data the widget as JSON
   */
  announce({ event, widget, trace, at }: WebhookEvent, data: string): void {
    this.#events++;
    this.#changes?.changedHead("world");
    const body = `{"type":${JSON.stringify(event)},"timestamp":${JSON.stringify(at)},"data":${data}}`;
    for (const endpoint of this.endpoints.values()) {
      if (endpoint.enabled) this.#deliver(endpoint, { event, widget, trace, body });
    }
  }

  /** The deliveries that are not at their end, oldest first. */
  pending(): Iterable<StoredDelivery> {
    return this.#pending;
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** The delivery with a key. */
  find(key: string): StoredDelivery | undefined {
    return this.#deliveries.get(key);
  }

  /** The deliveries, oldest first. */
  deliveries(): readonly StoredDelivery[] {
    return [...this.#deliveries.values()];
  }

  /**
   * Schedules a new attempt for now, whatever the state of the delivery, unless one is in progress.
   * @returns the delivery, or undefined if it is unknown or its endpoint was removed
   */
  resend(id: string): StoredDelivery | undefined {
    const delivery = this.#deliveries.get(id);
    const endpoint = delivery && this.endpoints.get(delivery.endpoint);
    if (!delivery || !endpoint) return undefined;
    if (this.#inProgress.has(delivery.key)) return delivery;
    // A 410 has disabled the endpoint; a resend is a deliberate decision to try again.
    this.changeEndpoint(endpoint.id, { enabled: true });
    this.#stopTimer(delivery);
    delivery.state = "pending";
    this.#pending.add(delivery);
    this.#schedule(delivery, this.#clock.now());
    return delivery;
  }

  /** Cancels the pending deliveries of a deleted widget (A-DELETE-4). */
  cancel(widget: string): void {
    this.#cancelWhere((delivery) => delivery.widget === widget);
  }

  /** Sends nothing any more of what waits for its turn. */
  giveUpWaiting(): void {
    for (const delivery of this.#pending) this.#sockets.giveUp(delivery);
  }

  /** Starts the attempt of a delivery that is due. Only `settled` and `waitForAttempt` wait for its result. */
  attempt(key: string): void {
    const delivery = this.#deliveries.get(key);
    if (!delivery) return;
    delivery.timer = undefined;
    this.#noteChange(delivery);
    const endpoint = this.endpoints.get(delivery.endpoint);
    if (!endpoint?.enabled) {
      this.#end(delivery, "cancelled");
      return;
    }
    const attempt = this.#attempt(delivery, endpoint)
      .catch((error: unknown) => {
        // A result that cannot be committed is lost, and the attempt is made again.
        if (!(error instanceof Refusal)) this.#onError(error);
      })
      .finally(() => {
        // The next attempt may have started during this one.
        if (this.#inProgress.get(key) === attempt) this.#inProgress.delete(key);
      });
    this.#inProgress.set(key, attempt);
  }

  /** Waits for the attempt of a delivery that is due or in progress, and gives the delivery as it is then. */
  async waitForAttempt(delivery: StoredDelivery): Promise<StoredDelivery> {
    this.#clock.runDueTasks();
    await this.#inProgress.get(delivery.id);
    return this.#current().find(delivery.key) ?? delivery;
  }

  /** Waits until no attempt is in progress, including retries that come due meanwhile, and those of other processes. */
  async settled(): Promise<void> {
    this.#clock.runDueTasks();
    while (this.#isUnderWay()) {
      if (this.#inProgress.size > 0) await Promise.all(this.#inProgress.values());
      else await new Promise((resolve) => setTimeout(resolve, othersMs));
      const current = await this.#step(() => {
        const webhooks = this.#current();
        webhooks.#clock.runDueTasks();
        return webhooks;
      });
      if (current !== this) return current.settled();
    }
  }

  /** True if an attempt was started whose result is not known yet. */
  #isUnderWay(): boolean {
    if (this.#inProgress.size > 0 || !this.#persistence?.isShared) return this.#inProgress.size > 0;
    return [...this.#pending].some(({ timer }) => !timer);
  }

  /** True if an attempt of a delivery is made by this process. */
  isAttempted(key: string): boolean {
    return this.#inProgress.has(key);
  }

  save(): WebhooksState {
    return { events: this.#events, endpointCount: this.#endpointCount };
  }

  load({ events, endpointCount }: WebhooksState): void {
    this.#events = events;
    this.#endpointCount = endpointCount;
  }

  /** The state of the generator of ids, which a store has and a snapshot does not. */
  saveRandom(): RandomState {
    return this.#random.save();
  }

  loadRandom(state: RandomState): void {
    this.#random.load(state);
  }

  /** Puts a delivery as it is in a store, in the place of the one with its key or behind all others. */
  putDelivery({ attempts: _, ...stored }: StoredDelivery): void {
    const known = this.#deliveries.get(stored.key);
    if (known) {
      this.#stopTimer(known);
      this.#pending.delete(known);
    }
    const delivery: StoredDelivery = known ? Object.assign(known, stored) : { ...stored, attempts: [] };
    if (!known) this.#keep(delivery);
    else if (delivery.state === "pending") this.#pending.add(delivery);
    const { key, timer } = delivery;
    if (timer) this.#clock.reschedule(timer, { kind: "delivery", key });
  }

  /** Puts an attempt as it is in a store. */
  putAttempt(key: string, place: number, attempt: Attempt): void {
    const attempts = this.#deliveries.get(key)?.attempts;
    if (attempts && place >= attempts.length) this.#stored.add(bytesOfAttempt);
    if (attempts) attempts[place] = attempt;
  }

  /** Forgets a delivery. */
  dropDelivery(key: string): void {
    const delivery = this.#deliveries.get(key);
    if (!delivery) return;
    this.#stopTimer(delivery);
    this.#forget(delivery);
  }

  /** Schedules the deliveries whose attempt was in progress when its process ended: its result is unknown (A-EVENT-2). */
  resume(): void {
    for (const delivery of this.#pending) {
      if (!delivery.timer && !this.#inProgress.has(delivery.key)) this.#schedule(delivery, this.#clock.now());
    }
  }

  /**
   * Adds a delivery that was saved. An attempt that was in progress then is repeated: its result is unknown (at least once,
   * A-EVENT-2).
   * @returns false if its timer is that of another task
   */
  restoreDelivery(delivery: StoredDelivery): boolean {
    const { key, timer } = delivery;
    this.#keep(delivery);
    if (delivery.state !== "pending") delivery.timer = undefined;
    else if (!timer) this.#schedule(delivery, this.#clock.now());
    else if (!this.#clock.reschedule(timer, { kind: "delivery", key })) return false;
    this.#dropOld();
    return true;
  }

  /** Adds an attempt that was saved to its delivery. */
  restoreAttempt(delivery: StoredDelivery, attempt: Attempt): void {
    delivery.attempts.push(attempt);
    if (this.#deliveries.has(delivery.key)) this.#stored.add(bytesOfAttempt);
  }

  /** Does what comes later than the request that it belongs to. */
  #step<Result>(act: () => Result): Result | Promise<Awaited<Result>> {
    return this.#persistence ? this.#persistence.step(laterStep(this.#organization), act) : act();
  }

  #newEndpointId(): string {
    this.#changes?.changedHead("world");
    do this.#endpointCount++;
    while (this.endpoints.has(`whe_${this.#endpointCount}`));
    return `whe_${this.#endpointCount}`;
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
    const id = this.#random.token("msg_", 24);
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
      this.#keep(delivery);
      if (drop) this.#end(delivery, "dropped");
      else this.#schedule(delivery, this.#clock.now() + delayMs);
    }
    this.#dropOld();
  }

  #schedule(delivery: StoredDelivery, at: number): void {
    delivery.timer = this.#clock.schedule(at, { kind: "delivery", key: delivery.key });
    this.#noteChange(delivery);
  }

  #stopTimer({ timer }: StoredDelivery): void {
    if (timer) this.#clock.cancel(timer);
  }

  #noteChange({ key }: StoredDelivery): void {
    this.#changes?.changed("delivery", key);
  }

  async #attempt(delivery: StoredDelivery, endpoint: Endpoint): Promise<void> {
    const { key, ...event } = delivery;
    const now = this.#clock.now();
    const { store } = this.#persistence ?? {};
    // An event leaves only after what it tells of is committed.
    if (store && !(await store.committed())) return;
    // It may be cancelled, and forgotten, meanwhile and while it waits for its turn.
    const isPending = () => this.#current().find(key)?.state === "pending";
    if (!isPending()) return;
    const release = await this.#sockets.acquire(new URL(endpoint.url).origin, delivery);
    if (!release) return;
    if (!isPending()) return release();
    const networks = this.#sockets.targets.networksFor(endpoint.url);
    const isAllowed = await this.#mayDeliver().catch((error: unknown) => {
      release();
      throw error;
    });
    const attempt = isAllowed
      ? await attemptDelivery(endpoint, event, {
          now,
          networks,
          traceParent: this.#traceParentOf(event.trace),
        }).finally(release)
      : attemptOverQuota(now, release);
    await this.#step(() => this.#current().#endAttempt(key, attempt));
  }

  /** The webhooks that the organization has now: a store may have forgotten this copy of its world, and loaded another. */
  #current(): Webhooks {
    return this.#persistence?.worldOf(this.#organization)?.webhooks ?? this;
  }

  /** Counts an attempt, in the store where several processes share one. */
  async #mayDeliver(): Promise<boolean> {
    return this.#sockets.quotas.takeDelivery(this.#organization);
  }

  #endAttempt(key: string, attempt: Attempt): void {
    const delivery = this.#deliveries.get(key);
    if (!delivery) return;
    this.#changes?.added("attempt", subKey(key, delivery.attempts.length));
    delivery.attempts.push(attempt);
    this.#stored.add(bytesOfAttempt);
    this.#endOrRetry(delivery, attempt);
    this.#onAttempt(delivery, attempt);
    // If the clock was advanced meanwhile, the next attempt may be due already.
    this.#clock.runDueTasks();
  }

  /** Only 2xx is success; 410 disables the endpoint; anything else is retried until the schedule ends. */
  #endOrRetry(delivery: StoredDelivery, { at, status = 0, retryAfterSeconds = 0 }: Attempt): void {
    if (status === 410) this.changeEndpoint(delivery.endpoint, { enabled: false });
    const delaySeconds = scheduleSeconds[delivery.attempts.length];
    if (delivery.state === "cancelled") return;
    if (status >= 200 && status < 300) this.#end(delivery, "delivered");
    else if (status === 410 || delaySeconds === undefined) this.#end(delivery, "failed");
    else {
      // Derived from the key and not drawn: the order of responses does not depend on the seed.
      const jitterMs = hash(`${delivery.key} ${delivery.attempts.length}`) % (delaySeconds * 100 + 1);
      this.#schedule(delivery, Date.parse(at) + Math.max(delaySeconds, retryAfterSeconds) * 1000 + jitterMs);
    }
  }

  #cancelWhere(matches: (delivery: StoredDelivery) => boolean): void {
    for (const delivery of this.#pending) if (matches(delivery)) this.#end(delivery, "cancelled");
  }

  #end(delivery: StoredDelivery, state: StoredDelivery["state"]): void {
    this.#stopTimer(delivery);
    delivery.timer = undefined;
    delivery.state = state;
    this.#pending.delete(delivery);
    this.#sockets.giveUp(delivery);
    this.#noteChange(delivery);
  }

  #keep(delivery: StoredDelivery): void {
    this.#deliveries.set(delivery.key, delivery);
    if (delivery.state === "pending") this.#pending.add(delivery);
    this.#stored.add(bytesOf(delivery));
    this.#changes?.added("delivery", delivery.key);
  }

  #forget(delivery: StoredDelivery): void {
    this.#deliveries.delete(delivery.key);
    this.#pending.delete(delivery);
    this.#sockets.giveUp(delivery);
    this.#stored.add(-bytesOf(delivery));
    this.#changes?.removed("delivery", delivery.key);
    for (const place of delivery.attempts.keys()) this.#changes?.removed("attempt", subKey(delivery.key, place));
  }

  /** Cancels the oldest pending deliveries, and forgets the oldest that have ended, if there are too many. */
  #dropOld(): void {
    const { maxDeliveries, maxPendingDeliveries } = this.#bounds;
    for (const oldest of this.#pending) {
      if (this.#pending.size <= maxPendingDeliveries) break;
      this.#end(oldest, "cancelled");
    }
    for (const delivery of this.#deliveries.values()) {
      const ended = this.#deliveries.size - this.#pending.size;
      if (ended <= maxDeliveries && !(this.#stored.isFull && ended > 0)) return;
      if (delivery.state !== "pending") this.#forget(delivery);
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

function bytesOf({ body, attempts }: StoredDelivery): number {
  return roughBytes(body, bytesOfDelivery) + bytesOfAttempt * attempts.length;
}
