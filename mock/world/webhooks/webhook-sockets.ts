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
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(bounds: MockBounds, { targets, quotas }: Pick<WebhookSockets, "targets" | "quotas">) {
    this.targets = targets;
    this.quotas = quotas;
    this.#bounds = bounds;
  }

  /**
   * Waits until a webhook may be sent.
   * @returns a function to be called when it has been answered
   */
  async acquire(origin: string): Promise<() => void> {
    if (!this.#hasRoom(origin)) {
      await new Promise<void>((resolve) => {
        const others = this.#waiting.get(origin);
        if (others) others.push(resolve);
        else this.#waiting.set(origin, [resolve]);
      });
    } else this.#take(origin);
    return () => this.#release(origin);
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
      this.#take(other);
      // Behind the other origins, so that each has its turn.
      this.#waiting.delete(other);
      const next = waiting.shift();
      if (waiting.length > 0) this.#waiting.set(other, waiting);
      next?.();
      return;
    }
  }
}
