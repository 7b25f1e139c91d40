import type { Clock, Timer } from "../clock.ts";
import type { Random } from "../random.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { checkSecret, checkUrl, defaultSecret, type Endpoint, type WebhookFaults } from "./endpoint.ts";

/** An endpoint as it is asked for. */
export interface EndpointOptions {
  readonly url: string;
  /** `whsec_` and 24 to 64 bytes in base64; a secret known to all where none is given. */
  readonly secret?: string;
  readonly faults?: WebhookFaults;
}

/** One event on its way to one endpoint. */
export interface Delivery {
  /** The `webhook-id`, the same over all attempts. */
  readonly id: string;
  readonly endpoint: string;
  readonly event: string;
  readonly widget: string;
  readonly body: string;
  state: "pending" | "delivered" | "failed" | "dropped" | "cancelled";
  readonly attempts: Attempt[];
  timer: Timer | undefined;
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
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #attempted: (delivery: Delivery, attempt: Attempt) => void;
  readonly #deliveries = new Map<string, Delivery>();
  readonly #underWay = new Set<Promise<void>>();
  #events = 0;
  #endpointCount = 0;

  constructor(clock: Clock, random: Random, attempted: (delivery: Delivery, attempt: Attempt) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#attempted = attempted;
  }

  /** @throws RangeError with a message for the user */
  addEndpoint(url: string, secret = defaultSecret, faults: WebhookFaults = {}): Endpoint {
    checkUrl(url);
    checkSecret(secret);
    this.#endpointCount++;
    const endpoint = { id: `whe_${this.#endpointCount}`, url, secret, enabled: true, faults };
    this.endpoints.set(endpoint.id, endpoint);
    return endpoint;
  }

  /** Sends no more events to an endpoint, those on their way included. */
  removeEndpoint({ id }: Endpoint): void {
    this.endpoints.delete(id);
    this.#cancelWhere(({ endpoint }) => endpoint === id);
  }

  /** Sends an event to every endpoint, soon: never inside what caused it. */
  announce(event: string, widget: string, at: string, data: string): void {
    this.#events++;
    const body = `{"type":${JSON.stringify(event)},"timestamp":${JSON.stringify(at)},"data":${data}}`;
    for (const endpoint of this.endpoints.values()) {
      if (endpoint.enabled) this.#begin(endpoint, event, widget, body);
    }
  }

  /** Every delivery that is remembered, oldest first. */
  deliveries(): readonly Delivery[] {
    return [...this.#deliveries.values()];
  }

  /** Sends an event again, now, whatever became of it before; false where it is not known. */
  redeliver(id: string): boolean {
    const delivery = this.#deliveries.get(id);
    if (!delivery || !this.endpoints.has(delivery.endpoint)) return false;
    if (delivery.timer) this.#clock.cancel(delivery.timer);
    delivery.state = "pending";
    this.#schedule(delivery, this.#clock.now());
    return true;
  }

  /** Nothing is sent any more of a widget that was deleted (A-DELETE-4). */
  cancel(widget: string): void {
    this.#cancelWhere((delivery) => delivery.widget === widget);
  }

  /** Waits until nothing is under way any more, retries that have come due meanwhile included. */
  async settled(): Promise<void> {
    this.#clock.settle();
    while (this.#underWay.size > 0) {
      await Promise.all(this.#underWay);
      this.#clock.settle();
    }
  }

  #begin(endpoint: Endpoint, event: string, widget: string, body: string): void {
    const { duplicate, drop, reorder, delaySeconds = 0 } = endpoint.faults;
    const id = `msg_${this.#random.token(24)}`;
    const waits = delaySeconds * 1000 + (reorder && this.#events % 2 === 1 ? overtakenMs : 0);
    for (let copy = 0; copy < (duplicate ? 2 : 1); copy++) {
      const key = copy === 0 ? id : `${id}#${copy + 1}`;
      const delivery: Delivery = {
        id,
        endpoint: endpoint.id,
        event,
        widget,
        body,
        state: "pending",
        attempts: [],
        timer: undefined,
      };
      this.#deliveries.set(key, delivery);
      if (drop) this.#end(delivery, "dropped");
      else this.#schedule(delivery, this.#clock.now() + waits);
    }
    this.#forgetOld();
  }

  #schedule(delivery: Delivery, at: number): void {
    delivery.timer = this.#clock.schedule(at, () => {
      delivery.timer = undefined;
      const underWay = this.#attempt(delivery).finally(() => this.#underWay.delete(underWay));
      this.#underWay.add(underWay);
    });
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const endpoint = this.endpoints.get(delivery.endpoint);
    if (!endpoint?.enabled) return this.#end(delivery, "cancelled");
    const done = await attempt(endpoint, delivery.id, delivery.body, this.#clock.now());
    delivery.attempts.push(done);
    this.#judge(delivery, endpoint, done);
    this.#attempted(delivery, done);
    // On a clock that was moved meanwhile the next attempt may be due already.
    this.#clock.settle();
  }

  /** Only 2xx is success; 410 wants no more; anything else is tried again, as long as the schedule goes. */
  #judge(delivery: Delivery, endpoint: Endpoint, { at, status = 0, retryAfterSeconds }: Attempt): void {
    if (status === 410) endpoint.enabled = false;
    const delaySeconds = scheduleSeconds[delivery.attempts.length];
    if (delivery.state === "cancelled") return;
    if (status >= 200 && status < 300) this.#end(delivery, "delivered");
    else if (status === 410 || delaySeconds === undefined) this.#end(delivery, "failed");
    else {
      const jitterMs = this.#random.integer(0, delaySeconds * 100);
      this.#schedule(delivery, at + Math.max(delaySeconds, retryAfterSeconds) * 1000 + jitterMs);
    }
  }

  #cancelWhere(meant: (delivery: Delivery) => boolean): void {
    for (const delivery of this.#deliveries.values()) {
      if (delivery.state === "pending" && meant(delivery)) this.#end(delivery, "cancelled");
    }
  }

  #end(delivery: Delivery, state: Delivery["state"]): void {
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
