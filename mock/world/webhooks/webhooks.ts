import type { MockBounds } from "../../bounds.ts";
import type { Clock } from "../clock.ts";
import { hash, type Random } from "../random.ts";
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
/** Memory that a delivery takes beside its body, and an attempt, roughly. */
const bytesOfDelivery = 1200;
const bytesOfAttempt = 1500;

/** What the webhooks of a world need of it. */
export interface WebhooksSettings {
  readonly clock: Clock<Task>;
  readonly random: Random;
  readonly bounds: MockBounds;
  readonly stored: WorldBytes;
  readonly sockets: WebhookSockets;
  readonly onError: (error: unknown) => void;
}

/** The webhook endpoints and deliveries of a world. */
export class Webhooks {
  readonly endpoints = new Map<string, Endpoint>();
  readonly #clock: Clock<Task>;
  readonly #random: Random;
  readonly #bounds: MockBounds;
  readonly #stored: WorldBytes;
  readonly #sockets: WebhookSockets;
  readonly #onError: (error: unknown) => void;
  readonly #onAttempt: (delivery: StoredDelivery, attempt: Attempt) => void;
  readonly #deliveries = new Map<string, StoredDelivery>();
  /** The pending ones, oldest first. */
  readonly #pending = new Set<StoredDelivery>();
  readonly #inProgress = new Map<string, Promise<void>>();
  #events = 0;
  #endpointCount = 0;

  constructor(
    { clock, random, bounds, stored, sockets, onError }: WebhooksSettings,
    onAttempt: (delivery: StoredDelivery, attempt: Attempt) => void,
  ) {
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
    this.endpoints.set(endpoint.id, endpoint);
    return endpoint;
  }

  /** Removes an endpoint and cancels its pending deliveries. */
  removeEndpoint(id: string): void {
    this.endpoints.delete(id);
    this.#cancelWhere(({ endpoint }) => endpoint === id);
  }

  /**
   * Sends an event to every endpoint. The attempts are scheduled, so that none is made inside the request that caused it.
   * @param data the widget as JSON
   */
  announce({ event, widget, trace, at }: WebhookEvent, data: string): void {
    this.#events++;
    const body = `{"type":${JSON.stringify(event)},"timestamp":${JSON.stringify(at)},"data":${data}}`;
    for (const endpoint of this.endpoints.values()) {
      if (endpoint.enabled) this.#deliver(endpoint, { event, widget, trace, body });
    }
  }

  /** The deliveries that are not at their end, oldest first. */
  pending(): Iterable<StoredDelivery> {
    return this.#pending;
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
    endpoint.enabled = true;
    if (delivery.timer) this.#clock.cancel(delivery.timer);
    delivery.state = "pending";
    this.#pending.add(delivery);
    this.#schedule(delivery, this.#clock.now());
    return delivery;
  }

  /** Cancels the pending deliveries of a deleted widget (A-DELETE-4). */
  cancel(widget: string): void {
    this.#cancelWhere((delivery) => delivery.widget === widget);
  }

  /** Starts the attempt of a delivery that is due. Only `settled` and `waitForAttempt` wait for its result. */
  attempt(key: string): void {
    const delivery = this.#deliveries.get(key);
    if (!delivery) return;
    delivery.timer = undefined;
    const attempt = this.#attempt(delivery)
      .catch(this.#onError)
      .finally(() => {
        // The next attempt may have started during this one.
        if (this.#inProgress.get(key) === attempt) this.#inProgress.delete(key);
      });
    this.#inProgress.set(key, attempt);
  }

  /** Waits for the attempt of a delivery that is due or in progress. */
  async waitForAttempt({ id }: StoredDelivery): Promise<void> {
    this.#clock.runDueTasks();
    await this.#inProgress.get(id);
  }

  /** Waits until no attempt is in progress, including retries that come due meanwhile. */
  async settled(): Promise<void> {
    this.#clock.runDueTasks();
    while (this.#inProgress.size > 0) {
      await Promise.all(this.#inProgress.values());
      this.#clock.runDueTasks();
    }
  }

  save(): WebhooksState {
    return { events: this.#events, endpointCount: this.#endpointCount };
  }

  load({ events, endpointCount }: WebhooksState): void {
    this.#events = events;
    this.#endpointCount = endpointCount;
  }

  /** True if there is a delivery with this key. */
  hasDelivery(key: string): boolean {
    return this.#deliveries.has(key);
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

  #newEndpointId(): string {
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
  }

  async #attempt(delivery: StoredDelivery): Promise<void> {
    const endpoint = this.endpoints.get(delivery.endpoint);
    if (!endpoint?.enabled) return this.#end(delivery, "cancelled");
    const now = this.#clock.now();
    const release = await this.#sockets.acquire(new URL(endpoint.url).origin);
    // It may have waited for its turn.
    if (delivery.state === "cancelled") return release();
    const attempt = await attemptDelivery(endpoint, delivery, now).finally(release);
    delivery.attempts.push(attempt);
    if (this.#deliveries.has(delivery.key)) this.#stored.add(bytesOfAttempt);
    this.#endOrRetry(delivery, endpoint, attempt);
    this.#onAttempt(delivery, attempt);
    // If the clock was advanced meanwhile, the next attempt may be due already.
    this.#clock.runDueTasks();
  }

  /** Only 2xx is success; 410 disables the endpoint; anything else is retried until the schedule ends. */
  #endOrRetry(delivery: StoredDelivery, endpoint: Endpoint, { at, status = 0, retryAfterSeconds = 0 }: Attempt): void {
    if (status === 410) endpoint.enabled = false;
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
    if (delivery.timer) this.#clock.cancel(delivery.timer);
    delivery.timer = undefined;
    delivery.state = state;
    this.#pending.delete(delivery);
  }

  #keep(delivery: StoredDelivery): void {
    this.#deliveries.set(delivery.key, delivery);
    if (delivery.state === "pending") this.#pending.add(delivery);
    this.#stored.add(bytesOf(delivery));
  }

  #forget(delivery: StoredDelivery): void {
    this.#deliveries.delete(delivery.key);
    this.#pending.delete(delivery);
    this.#stored.add(-bytesOf(delivery));
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

function bytesOf({ body, attempts }: StoredDelivery): number {
  return roughBytes(body, bytesOfDelivery) + bytesOfAttempt * attempts.length;
}
