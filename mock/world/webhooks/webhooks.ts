import type { Clock } from "../clock.ts";
import { hash, type Random, type RandomState } from "../random.ts";
import type { Task } from "../task.ts";
import { type Attempt, attemptDelivery } from "./attempt-delivery.ts";
import type { StoredDelivery } from "./delivery.ts";
import { defaultSecret, type Endpoint, type EndpointOptions } from "./endpoint.ts";

/** The webhooks of a world, as a snapshot has them. */
export interface WebhooksState {
  readonly endpoints: readonly Endpoint[];
  readonly deliveries: readonly StoredDelivery[];
  readonly events: number;
  readonly endpointCount: number;
  readonly random: RandomState;
}

/** Seconds from one attempt to the next; the first is at once (Standard Webhooks 1.0). */
const scheduleSeconds = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;
/** What a reordered event waits, in milliseconds. */
const overtakenMs = 10_000;
/** More deliveries than these are not remembered, unless they are on their way. */
const mostDeliveries = 1000;

/** Where the webhooks of a world go, and how they got there. */
export class Webhooks {
  readonly endpoints = new Map<string, Endpoint>();
  readonly #clock: Clock<Task>;
  readonly #random: Random;
  readonly #onAttempt: (delivery: StoredDelivery, attempt: Attempt) => void;
  readonly #deliveries = new Map<string, StoredDelivery>();
  readonly #underWay = new Map<string, Promise<void>>();
  #events = 0;
  #endpointCount = 0;

  constructor(clock: Clock<Task>, random: Random, onAttempt: (delivery: StoredDelivery, attempt: Attempt) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#onAttempt = onAttempt;
  }

  /** Adds an endpoint that was checked. */
  addEndpoint({ id, url, secret = defaultSecret, faults = {} }: EndpointOptions & { readonly id?: string }): Endpoint {
    const endpoint = { id: id ?? this.#newEndpointId(), url, secret, enabled: true, faults };
    this.endpoints.set(endpoint.id, endpoint);
    return endpoint;
  }

  /** Sends no more events to an endpoint, those on their way included. */
  removeEndpoint(id: string): void {
    this.endpoints.delete(id);
    this.#cancelWhere(({ endpoint }) => endpoint === id);
  }

  /** Sends an event to every endpoint, soon: never inside what caused it. */
  announce(event: string, { widget, trace }: Pick<StoredDelivery, "widget" | "trace">, at: string, data: string): void {
    this.#events++;
    const body = `{"type":${JSON.stringify(event)},"timestamp":${JSON.stringify(at)},"data":${data}}`;
    for (const endpoint of this.endpoints.values()) {
      if (endpoint.enabled) this.#begin(endpoint, { event, widget, trace, body });
    }
  }

  /** Every delivery that is remembered, oldest first. */
  deliveries(): readonly StoredDelivery[] {
    return [...this.#deliveries.values()];
  }

  /**
   * Sends an event again, now, whatever became of it before; one that is under way is sent already.
   * @returns the delivery, or undefined where it is not known, or its endpoint is gone
   */
  resend(id: string): StoredDelivery | undefined {
    const delivery = this.#deliveries.get(id);
    const endpoint = delivery && this.endpoints.get(delivery.endpoint);
    if (!delivery || !endpoint) return undefined;
    if (this.#underWay.has(delivery.key)) return delivery;
    // Whoever asks for it knows that the receiver has wanted no more.
    endpoint.enabled = true;
    if (delivery.timer) this.#clock.cancel(delivery.timer);
    delivery.state = "pending";
    this.#schedule(delivery, this.#clock.now());
    return delivery;
  }

  /** Nothing is sent any more of a widget that was deleted (A-DELETE-4). */
  cancel(widget: string): void {
    this.#cancelWhere((delivery) => delivery.widget === widget);
  }

  /** Sends what is due; its answer is waited for by nobody but `settled`. */
  attempt(key: string): void {
    const delivery = this.#deliveries.get(key);
    if (!delivery) return;
    delivery.timer = undefined;
    const underWay = this.#attempt(delivery).finally(() => {
      // The next attempt may have begun inside this one.
      if (this.#underWay.get(key) === underWay) this.#underWay.delete(key);
    });
    this.#underWay.set(key, underWay);
  }

  /** Waits for the attempt of a delivery that is due or under way. */
  async waitForAttempt({ id }: StoredDelivery): Promise<void> {
    this.#clock.runDueTasks();
    await this.#underWay.get(id);
  }

  /** Waits until nothing is under way any more, retries that have come due meanwhile included. */
  async settled(): Promise<void> {
    this.#clock.runDueTasks();
    while (this.#underWay.size > 0) {
      await Promise.all(this.#underWay.values());
      this.#clock.runDueTasks();
    }
  }

  save(): WebhooksState {
    return {
      endpoints: [...this.endpoints.values()],
      deliveries: [...this.#deliveries.values()],
      events: this.#events,
      endpointCount: this.#endpointCount,
      random: this.#random.save(),
    };
  }

  /** What was under way when the state was saved is sent again: its answer is not known (at least once, A-EVENT-2). */
  load({ endpoints, deliveries, events, endpointCount, random }: WebhooksState): void {
    this.endpoints.clear();
    this.#deliveries.clear();
    for (const endpoint of endpoints) this.endpoints.set(endpoint.id, endpoint);
    for (const delivery of deliveries) {
      this.#deliveries.set(delivery.key, delivery);
      if (delivery.state === "pending" && !delivery.timer) this.#schedule(delivery, this.#clock.now());
    }
    this.#events = events;
    this.#endpointCount = endpointCount;
    this.#random.load(random);
  }

  #newEndpointId(): string {
    do this.#endpointCount++;
    while (this.endpoints.has(`whe_${this.#endpointCount}`));
    return `whe_${this.#endpointCount}`;
  }

  #begin(endpoint: Endpoint, event: Pick<StoredDelivery, "event" | "widget" | "trace" | "body">): void {
    const { duplicate, drop, reorder, delaySeconds = 0 } = endpoint.faults;
    const id = `msg_${this.#random.token(24)}`;
    const waits = delaySeconds * 1000 + (reorder && this.#events % 2 === 1 ? overtakenMs : 0);
    for (let copy = 0; copy < (duplicate ? 2 : 1); copy++) {
      const delivery: StoredDelivery = {
        key: copy === 0 ? id : `${id}#${copy + 1}`,
        id,
        endpoint: endpoint.id,
        ...event,
        state: "pending",
        attempts: [],
        timer: undefined,
      };
      this.#deliveries.set(delivery.key, delivery);
      if (drop) this.#end(delivery, "dropped");
      else this.#schedule(delivery, this.#clock.now() + waits);
    }
    this.#forgetOld();
  }

  #schedule(delivery: StoredDelivery, at: number): void {
    delivery.timer = this.#clock.schedule(at, { kind: "delivery", key: delivery.key });
  }

  async #attempt(delivery: StoredDelivery): Promise<void> {
    const endpoint = this.endpoints.get(delivery.endpoint);
    if (!endpoint?.enabled) return this.#end(delivery, "cancelled");
    const done = await attemptDelivery(endpoint, delivery.id, delivery.body, this.#clock.now());
    delivery.attempts.push(done);
    this.#judge(delivery, endpoint, done);
    this.#onAttempt(delivery, done);
    // On a clock that was moved meanwhile the next attempt may be due already.
    this.#clock.runDueTasks();
  }

  /** Only 2xx is success; 410 wants no more; anything else is tried again, as long as the schedule goes. */
  #judge(delivery: StoredDelivery, endpoint: Endpoint, { at, status = 0, retryAfterSeconds = 0 }: Attempt): void {
    if (status === 410) endpoint.enabled = false;
    const delaySeconds = scheduleSeconds[delivery.attempts.length];
    if (delivery.state === "cancelled") return;
    if (status >= 200 && status < 300) this.#end(delivery, "delivered");
    else if (status === 410 || delaySeconds === undefined) this.#end(delivery, "failed");
    else {
      // From its name and not from a stream: answers come in no order that a seed decides.
      const jitterMs = hash(`${delivery.key} ${delivery.attempts.length}`) % (delaySeconds * 100 + 1);
      this.#schedule(delivery, Date.parse(at) + Math.max(delaySeconds, retryAfterSeconds) * 1000 + jitterMs);
    }
  }

  #cancelWhere(meant: (delivery: StoredDelivery) => boolean): void {
    for (const delivery of this.#deliveries.values()) {
      if (delivery.state === "pending" && meant(delivery)) this.#end(delivery, "cancelled");
    }
  }

  #end(delivery: StoredDelivery, state: StoredDelivery["state"]): void {
    if (delivery.timer) this.#clock.cancel(delivery.timer);
    delivery.timer = undefined;
    delivery.state = state;
  }

  #forgetOld(): void {
    for (const [key, { state }] of this.#deliveries) {
      if (this.#deliveries.size <= mostDeliveries) return;
      if (state !== "pending") this.#deliveries.delete(key);
    }
  }
}
