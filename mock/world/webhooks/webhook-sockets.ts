import type { MockBounds } from "../../bounds.ts";
import type { QuotaMeter } from "../../organizations/quota-meter.ts";
import type { WebhookTargets } from "./webhook-targets.ts";

/** Lets only so many webhooks of a mock be on their way at a time, to one origin and in all. The others wait. */
export class WebhookSockets {
  readonly targets: WebhookTargets;
  readonly quotas: QuotaMeter;
  readonly #bounds: MockBounds;
  #open = 0;
  readonly #openTo = new Map<string, number>();
  /** Those that wait, by origin, oldest first. */
  readonly #waiting = new Map<string, Map<object, (hasTurn: boolean) => void>>();
  /** Where each of them waits. */
  readonly #originOf = new Map<object, string>();

  constructor(bounds: MockBounds, { targets, quotas }: Pick<WebhookSockets, "targets" | "quotas">) {
    this.targets = targets;
    this.quotas = quotas;
    this.#bounds = bounds;
  }

  /**
   * Waits until a webhook may be sent.
   * @param delivery what waits; `giveUp` ends that
   * @returns a function to be called when it has been answered, or undefined for one that was given up
   */
  async acquire(origin: string, delivery: object): Promise<(() => void) | undefined> {
    if (this.#hasRoom(origin)) this.#take(origin);
    else if (!(await this.#turnOf(origin, delivery))) return undefined;
    return () => this.#release(origin);
  }

  /** Lets a delivery that waits for its turn, if it does, wait no longer. */
  giveUp(delivery: object): void {
    const origin = this.#originOf.get(delivery);
    const resolve = origin !== undefined && this.#leave(origin, delivery);
    if (resolve) resolve(false);
  }

  #turnOf(origin: string, delivery: object): Promise<boolean> {
    return new Promise((resolve) => {
      const others = this.#waiting.get(origin);
      if (others) others.set(delivery, resolve);
      else this.#waiting.set(origin, new Map([[delivery, resolve]]));
      this.#originOf.set(delivery, origin);
    });
  }

  #leave(origin: string, delivery: object): ((hasTurn: boolean) => void) | undefined {
    const waiting = this.#waiting.get(origin);
    const resolve = waiting?.get(delivery);
    waiting?.delete(delivery);
    if (waiting?.size === 0) this.#waiting.delete(origin);
    this.#originOf.delete(delivery);
    return resolve;
  }

  #hasRoom(origin: string): boolean {
    const { maxWebhookSockets, maxWebhookSocketsPerOrigin } = this.#bounds;
    return this.#open < maxWebhookSockets && (this.#openTo.get(origin) ?? 0) < maxWebhookSocketsPerOrigin;
  }

  #take(origin: string): void {
    this.#open++;
    this.#openTo.set(origin, (this.#openTo.get(origin) ?? 0) + 1);
  }

  #release(origin: string): void {
    this.#open--;
    const left = (this.#openTo.get(origin) ?? 1) - 1;
    if (left > 0) this.#openTo.set(origin, left);
    else this.#openTo.delete(origin);
    for (const [other, waiting] of this.#waiting) {
      if (!this.#hasRoom(other)) continue;
      const [next = {}] = waiting.keys();
      const resolve = this.#leave(other, next);
      if (waiting.size > 0) {
        // Behind the other origins, so that each has its turn.
        this.#waiting.delete(other);
        this.#waiting.set(other, waiting);
      }
      this.#take(other);
      resolve?.(true);
      return;
    }
  }
}
