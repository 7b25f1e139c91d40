import { type Exchange, isDone, isOfState, isWrite, outcomeOf } from "../history/exchange.ts";
import type { Origin } from "../history/origin.ts";
import { widgetIn } from "../history/views.ts";
import { LifeCycle } from "../model/life-cycle.ts";
import { pollPauseMs } from "../plan/polls.ts";
import type { CallStep } from "../plan/step.ts";
import type { CreatedWidget } from "./created-widgets.ts";
import type { Services } from "./services.ts";

/** Makes the call of a step, and tells whether it was accepted. */
type Write = (made: CreatedWidget, step: CallStep, origin: Origin) => Promise<boolean>;

/** Makes calls again that were rejected after a recrawl: what is rejected for good is a breach, and what waits for a crawl is none. */
export class RejectedCalls {
  readonly #services: Services;
  readonly #write: Write;
  readonly #life: LifeCycle;

  constructor(services: Services, write: Write) {
    this.#services = services;
    this.#write = write;
    this.#life = new LifeCycle(services.settings.document);
  }

  /** Tries again what was rejected since a widget was recrawled, and not accepted later. */
  async retryAll(made: CreatedWidget, origin: Origin): Promise<void> {
    const own = this.#writesOf(made);
    const since = own.slice(own.findLastIndex(isDoneRecrawl) + 1);
    for (const operation of new Set(since.filter((one) => !one.isTricky).map((one) => one.operation))) {
      const last = since.findLast((one) => one.operation === operation);
      if (last && isOfState(last)) await this.retry(made, { kind: "call", operation, ...bodyIn(last) }, origin);
    }
  }

  /**
   * Makes a call that was rejected again and again where nothing but a crawl can stand in its way, for as long as one may
   * run: nothing bounds a crawl but the tester.
   */
  async retry(made: CreatedWidget, step: CallStep, origin: Origin): Promise<void> {
    const { scheduler, settings, limits } = this.#services;
    const began = scheduler.now();
    while (!made.isDeleted && !limits.isOver && this.#mustAccept(made, step.operation)) {
      const own = this.#writesOf(made);
      const last = own.findLast((one) => one.operation === step.operation);
      const left =
        (own.findLast((one) => outcomeOf(one) === "done")?.t1 ?? began) + settings.crawlTimeoutMs - scheduler.now();
      if (!own.some(isDoneRecrawl) || !last || !isOfState(last) || left < 0) return;
      settings.progress(`waiting until ${step.operation} is accepted after a recrawl`);
      const pauseMs = Math.max(pollPauseMs(0), (scheduler.now() - began) / 4);
      await scheduler.sleep(Math.min(Math.max(1, left), pauseMs));
      if (await this.#write(made, step, origin)) return;
    }
  }

  /** Whether an operation must be accepted in the phase that was shown last, if no crawl runs. */
  #mustAccept({ seen }: CreatedWidget, operation: string): boolean {
    const phase = this.#life.phaseShownAs(widgetIn(seen?.response?.body)?.["status"]);
    return phase !== undefined && this.#life.mustAccept(operation, { phase, mayChange: false });
  }

  /** The organization's own writes to a widget. */
  #writesOf({ name }: CreatedWidget): Exchange[] {
    const isOwn = (one: Exchange) => one.widget === name && one.caller === "own" && one.probe === undefined;
    return this.#services.wire.history.filter((one) => isOwn(one) && isWrite(one));
  }
}

function isDoneRecrawl(exchange: Exchange): boolean {
  return isDone(exchange, "recrawlWidget");
}

function bodyIn({ request: { body } }: Exchange): Pick<CallStep, "body"> {
  return body ? { body } : {};
}
