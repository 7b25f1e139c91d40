import type { JsonObject } from "../../spec/merge-patch.ts";
import { outcomeOf } from "../history/exchange.ts";
import { widgetIn } from "../history/views.ts";
import { eventWindowMs, windowMs } from "../history/window.ts";
import type { Script, Step } from "../plan/script.ts";
import type { ActSettings } from "./act-settings.ts";
import type { Lister } from "./lister.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Watch } from "./watch.ts";
import type { Wire } from "./wire.ts";

/** A widget that the run has made. */
export interface Made {
  readonly script: Script;
  /** The run's own name of it. */
  readonly name: string;
  readonly id: string;
  /** What it is called by the API. */
  readonly called: string;
  /** When its create began, in milliseconds since the run did. */
  readonly began: number;
  isDeleted: boolean;
}

interface Means {
  readonly wire: Wire;
  readonly watch: Watch;
  readonly scheduler: Scheduler;
  readonly lister: Lister;
  readonly ownIds: Set<string>;
  /** The run's own names of its widgets, by their ids. */
  readonly names: Map<string, string>;
  readonly settings: ActSettings;
}

/** An event may come a moment before reads show what it tells (A-EVENT-4). */
const momentMs = 1000;
/** How long an event may be on its way in real time, where the clock is a test clock. */
const deliveryMs = 1000;
/** How many widgets are read just because of an event. */
const mostReadsWhenReady = 6;
/** How long a deletion that is accepted for later may take. */
const longestDeletionMs = 60_000;

/** Does with one widget what its script says, and reads its whole state after each step. */
export class ScriptRunner {
  readonly #means: Means;
  /** The names of widgets that may have been made while nobody saw the answer. */
  readonly #lost = new Set<string>();
  #readsWhenReady = 0;

  constructor(means: Means) {
    this.#means = means;
  }

  /** Creates the script's widget, and does what is to be done with the draft; undefined where it was not made. */
  async create(script: Script): Promise<Made | undefined> {
    const { wire, ownIds, names, settings } = this.#means;
    const word = [settings.nonce, script.namesake ?? script.id, script.named].filter((part) => part).join(" ");
    const body = { name: word.slice(0, 39), site_url: this.siteFor(script), ...script.create };
    settings.ledger.intend(body.name);
    const created = await wire.send({ call: "createWidget", body, script: script.id, widget: script.id });
    const id = widgetIn(created.response?.body)?.["id"];
    if (outcomeOf(created) === "unknown") this.#lost.add(body.name);
    if (outcomeOf(created) !== "done" || typeof id !== "string") return undefined;
    settings.ledger.made(body.name, id);
    ownIds.add(id);
    names.set(id, script.id);
    const made: Made = { script, name: script.id, id, called: body.name, began: created.t0, isDeleted: false };
    await this.read(made);
    for (const step of script.draft) await this.step(made, step);
    return made;
  }

  /** Waits until the widget is active; false where it never is, or is no more. */
  async untilActive(made: Made): Promise<boolean> {
    return !made.isDeleted && (await this.#means.watch.untilActive(made));
  }

  async live(made: Made): Promise<void> {
    const { live } = made.script;
    for (const step of live) await this.step(made, step);
    // What is left alone is looked at as long as what is recrawled.
    const isWatched = live.length === 0 || live.some(({ call }) => call === "recrawlWidget");
    if (isWatched && !made.isDeleted) await this.window(made);
  }

  /**
   * Makes the call of a step, and reads the state that it has led to.
   * @returns whether it was accepted
   */
  async step(made: Made, step: Step): Promise<boolean> {
    const steps = step.beside ? [step, step.beside] : [step];
    const accepted = await this.#means.scheduler.all(steps.map((one) => () => this.#send(made, one)));
    await this.read(made);
    return accepted.every((one) => one);
  }

  async #send(made: Made, { call, body, isTricky = false }: Step): Promise<boolean> {
    const { wire, settings } = this.#means;
    const { id, name, script } = made;
    const exchange = await wire.send({
      call,
      params: { id },
      script: script.id,
      widget: name,
      isTricky,
      ...(body === undefined ? {} : { body }),
    });
    if (call === "deleteWidget" && outcomeOf(exchange) === "done") {
      made.isDeleted = true;
      settings.ledger.gone(id);
      if (exchange.response?.status === 202) await this.#untilGone(made);
    }
    return outcomeOf(exchange) === "done";
  }

  /** Reads the widget, when what was written must be seen. */
  async read({ id, name, script }: Made): Promise<void> {
    const { wire, scheduler, settings } = this.#means;
    if (settings.readLagMs > 0) await scheduler.sleep(settings.readLagMs);
    await wire.send({ call: "getWidget", params: { id }, script: script.id, widget: name });
  }

  /** Deletes what is still there. */
  async remove(made: Made): Promise<void> {
    if (!made.isDeleted) await this.step(made, { call: "deleteWidget" });
  }

  /** Deletes what was made while nobody saw the answer, by the exact names that only this run has given. */
  async removeLost(listed: readonly JsonObject[]): Promise<void> {
    const { wire, scheduler, settings, ownIds } = this.#means;
    const found = listed.filter(({ name }) => this.#lost.has(String(name))).map(({ id }) => String(id));
    const remove = (id: string) => async () => {
      ownIds.add(id);
      const { response } = await wire.send({ call: "deleteWidget", params: { id } });
      if (response && response.status < 300) settings.ledger.gone(id);
    };
    await scheduler.all(found.map(remove));
  }

  /** A deletion that was accepted for later may take a while. */
  async #untilGone({ id, name, script }: Made): Promise<void> {
    const { wire, scheduler } = this.#means;
    const end = scheduler.now() + longestDeletionMs;
    while (scheduler.now() < end) {
      await scheduler.sleep(longestDeletionMs / 12);
      const seen = await wire.send({ call: "getWidget", params: { id }, script: script.id, widget: name });
      if (outcomeOf(seen) === "refused") return;
    }
  }

  /** Reads a widget just after its `widget.ready` has come, when a read must show it; for the first few of a run. */
  async readWhenReady(id: string): Promise<void> {
    const { wire, scheduler, settings, names } = this.#means;
    if (++this.#readsWhenReady > mostReadsWhenReady) return;
    await scheduler.sleep(Math.max(settings.readLagMs, momentMs));
    await wire.send({ call: "getWidget", params: { id }, widget: names.get(id) ?? id });
  }

  /** Waits as long as a window for the events of widgets that are active. */
  async untilTold(mailbox: Mailbox): Promise<void> {
    const { scheduler, watch } = this.#means;
    const silent = () => {
      const told = new Set(mailbox.events.filter(({ isReady }) => isReady).map(({ widget }) => widget));
      return watch.waits.filter(({ widget, ended }) => ended === "active" && !told.has(widget));
    };
    const until = Math.max(...silent().map(({ to }) => to)) + eventWindowMs(watch.longestMs);
    if (silent().length > 0 && until > scheduler.now()) await scheduler.sleep(until - scheduler.now());
    await scheduler.untilReally(() => silent().length === 0, deliveryMs);
  }

  /** Waits as long as a window. */
  async pause(): Promise<void> {
    await this.#means.scheduler.sleep(windowMs(this.#means.watch.longestMs));
  }

  /** Looks now and then while a recrawl may run. */
  async window(made: Made): Promise<void> {
    const { scheduler, watch } = this.#means;
    const lengthMs = windowMs(watch.longestMs);
    const end = scheduler.now() + lengthMs;
    while (scheduler.now() < end) {
      await scheduler.sleep(Math.max(1000, lengthMs / 8));
      await this.read(made);
    }
  }

  /** The site of a script's widget. */
  siteFor({ id, namesake }: Script): string {
    const { sites } = this.#means.settings;
    const word = (namesake ?? id).replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase();
    const site = sites[0] ?? "https://{n}.example";
    return site.replace("{n}", word);
  }
}
