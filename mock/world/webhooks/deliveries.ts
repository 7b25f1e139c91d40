import type { MockBounds } from "../../bounds.ts";
import type { Changes } from "../../store/changes.ts";
import { subKey } from "../../store/sub-key.ts";
import type { Clock } from "../clock.ts";
import { roughBytes, type WorldBytes } from "../stored-bytes.ts";
import type { Task } from "../task.ts";
import type { Attempt } from "./attempt-delivery.ts";
import type { StoredDelivery } from "./delivery.ts";
import type { WebhookSockets } from "./webhook-sockets.ts";

/** Memory that a delivery takes beside its body, and an attempt, roughly. */
const bytesOfDelivery = 1200;
const bytesOfAttempt = 1500;

/** What the deliveries of a world need of it. */
export interface DeliveriesSettings {
  readonly changes: Changes | undefined;
  readonly clock: Clock<Task>;
  readonly bounds: MockBounds;
  readonly stored: WorldBytes;
  readonly sockets: WebhookSockets;
}

/** The deliveries of a world by their keys, each with the timer of its next attempt. A bounded number is kept. */
export class Deliveries {
  readonly #byKey = new Map<string, StoredDelivery>();
  /** The pending ones, oldest first. */
  readonly #pending = new Set<StoredDelivery>();
  readonly #changes: Changes | undefined;
  readonly #clock: Clock<Task>;
  readonly #bounds: MockBounds;
  readonly #stored: WorldBytes;
  readonly #sockets: WebhookSockets;

  constructor({ changes, clock, bounds, stored, sockets }: DeliveriesSettings) {
    this.#changes = changes;
    this.#clock = clock;
    this.#bounds = bounds;
    this.#stored = stored;
    this.#sockets = sockets;
  }

  get(key: string): StoredDelivery | undefined {
    return this.#byKey.get(key);
  }

  /** All of them, oldest first. */
  all(): readonly StoredDelivery[] {
    return [...this.#byKey.values()];
  }

  /** Those that are not at their end, oldest first. */
  pending(): Iterable<StoredDelivery> {
    return this.#pending;
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Adds a delivery as the newest. */
  add(delivery: StoredDelivery): void {
    this.#byKey.set(delivery.key, delivery);
    if (delivery.state === "pending") this.#pending.add(delivery);
    this.#stored.add(bytesOf(delivery));
    this.#changes?.added("delivery", delivery.key);
  }

  /** Schedules the next attempt of a pending delivery. */
  schedule(delivery: StoredDelivery, at: number): void {
    delivery.timer = this.#clock.schedule(at, { kind: "delivery", key: delivery.key });
    this.noteChange(delivery);
  }

  /** Makes a delivery pending again, whatever it was, and schedules an attempt for now. */
  reopen(delivery: StoredDelivery): void {
    this.#stopTimer(delivery);
    delivery.state = "pending";
    this.#pending.add(delivery);
    this.schedule(delivery, this.#clock.now());
  }

  /** Ends a delivery: no attempt follows. */
  end(delivery: StoredDelivery, state: StoredDelivery["state"]): void {
    this.#stopTimer(delivery);
    delivery.timer = undefined;
    delivery.state = state;
    this.#pending.delete(delivery);
    this.#sockets.giveUp(delivery);
    this.noteChange(delivery);
  }

  /** Cancels the pending deliveries of a widget, or to an endpoint. */
  cancelOf(owner: Partial<Pick<StoredDelivery, "widget" | "endpoint">>): void {
    const { widget, endpoint } = owner;
    for (const delivery of this.#pending) {
      if (delivery.widget === widget || delivery.endpoint === endpoint) this.end(delivery, "cancelled");
    }
  }

  /** Sends nothing any more of what waits for its turn. */
  giveUpWaiting(): void {
    for (const delivery of this.#pending) this.#sockets.giveUp(delivery);
  }

  /** Adds an attempt that was made. */
  addAttempt({ key, attempts }: StoredDelivery, attempt: Attempt): void {
    this.#changes?.added("attempt", subKey(key, attempts.length));
    attempts.push(attempt);
    this.#stored.add(bytesOfAttempt);
  }

  /** Notes that something of a delivery was changed. */
  noteChange({ key }: StoredDelivery): void {
    this.#changes?.changed("delivery", key);
  }

  /** Cancels the oldest pending deliveries, and forgets the oldest that have ended, if there are too many. */
  dropOld(): void {
    const { maxDeliveries, maxPendingDeliveries } = this.#bounds;
    for (const oldest of this.#pending) {
      if (this.#pending.size <= maxPendingDeliveries) break;
      this.end(oldest, "cancelled");
    }
    for (const delivery of this.#byKey.values()) {
      const ended = this.#byKey.size - this.#pending.size;
      if (ended <= maxDeliveries && !(this.#stored.isFull && ended > 0)) return;
      if (delivery.state !== "pending") this.#forget(delivery);
    }
  }

  /**
   * Adds a delivery that was saved. An attempt that was in progress then is repeated: its result is unknown (at least once,
   * A-EVENT-2).
   * @returns false if its timer is that of another task
   */
  restore(delivery: StoredDelivery): boolean {
    const { key, timer } = delivery;
    this.add(delivery);
    if (delivery.state !== "pending") delivery.timer = undefined;
    else if (!timer) this.schedule(delivery, this.#clock.now());
    else if (!this.#clock.reschedule(timer, { kind: "delivery", key })) return false;
    this.dropOld();
    return true;
  }

  /** Adds an attempt that was saved to its delivery. */
  restoreAttempt(delivery: StoredDelivery, attempt: Attempt): void {
    delivery.attempts.push(attempt);
    if (this.#byKey.has(delivery.key)) this.#stored.add(bytesOfAttempt);
  }

  /** Puts a delivery as it is in a store, in the place of the one with its key or behind all others. */
  put({ attempts: _, ...stored }: StoredDelivery): void {
    const known = this.#byKey.get(stored.key);
    if (known) {
      this.#stopTimer(known);
      this.#pending.delete(known);
    }
    const delivery: StoredDelivery = known ? Object.assign(known, stored) : { ...stored, attempts: [] };
    if (!known) this.add(delivery);
    else if (delivery.state === "pending") this.#pending.add(delivery);
    const { key, timer } = delivery;
    if (timer) this.#clock.reschedule(timer, { kind: "delivery", key });
  }

  /** Puts an attempt as it is in a store. */
  putAttempt(key: string, place: number, attempt: Attempt): void {
    const attempts = this.#byKey.get(key)?.attempts;
    if (attempts && place >= attempts.length) this.#stored.add(bytesOfAttempt);
    if (attempts) attempts[place] = attempt;
  }

  /** Forgets the delivery with a key. */
  drop(key: string): void {
    const delivery = this.#byKey.get(key);
    if (!delivery) return;
    this.#stopTimer(delivery);
    this.#forget(delivery);
  }

  #stopTimer({ timer }: StoredDelivery): void {
    if (timer) this.#clock.cancel(timer);
  }

  #forget(delivery: StoredDelivery): void {
    this.#byKey.delete(delivery.key);
    this.#pending.delete(delivery);
    this.#sockets.giveUp(delivery);
    this.#stored.add(-bytesOf(delivery));
    this.#changes?.removed("delivery", delivery.key);
    for (const place of delivery.attempts.keys()) this.#changes?.removed("attempt", subKey(delivery.key, place));
  }
}

function bytesOf({ body, attempts }: StoredDelivery): number {
  return roughBytes(body, bytesOfDelivery) + bytesOfAttempt * attempts.length;
}
