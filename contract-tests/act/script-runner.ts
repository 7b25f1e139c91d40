import type { JsonObject } from "../../spec/merge-patch.ts";
import { outcomeOf } from "../history/exchange.ts";
import { widgetIn } from "../history/views.ts";
import type { Script, Step } from "../plan/script.ts";
import type { ActSettings } from "./act-settings.ts";
import type { Lister } from "./lister.ts";
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
  isDeleted: boolean;
}

interface Means {
  readonly wire: Wire;
  readonly watch: Watch;
  readonly scheduler: Scheduler;
  readonly lister: Lister;
  readonly ownIds: Set<string>;
  readonly settings: ActSettings;
}

/** How long a window is in which nothing may change, in milliseconds. */
const shortestWindowMs = 5000;
const longestWindowMs = 90_000;
const windowPerCrawl = 1.5;
/** How long a deletion that is accepted for later may take. */
const longestDeletionMs = 60_000;

/** Does with one widget what its script says, and reads its whole state after each step. */
export class ScriptRunner {
  readonly #means: Means;
  /** The names of widgets that may have been made while nobody saw the answer. */
  readonly #lost = new Set<string>();

  constructor(means: Means) {
    this.#means = means;
  }

  /** Creates the script's widget, and does what is to be done with the draft; undefined where it was not made. */
  async create(script: Script): Promise<Made | undefined> {
    const { wire, ownIds, settings } = this.#means;
    const word = `${settings.nonce} ${script.namesake ?? script.id}`;
    const body = { name: word.slice(0, 39), site_url: this.siteFor(script), ...script.create };
    settings.ledger.intend(body.name);
    const created = await wire.send({ call: "createWidget", body, script: script.id, widget: script.id });
    const id = widgetIn(created.response?.body)?.["id"];
    if (outcomeOf(created) === "unknown") this.#lost.add(body.name);
    if (outcomeOf(created) !== "done" || typeof id !== "string") return undefined;
    settings.ledger.made(body.name, id);
    ownIds.add(id);
    const made: Made = { script, name: script.id, id, called: body.name, isDeleted: false };
    await this.read(made);
    for (const step of script.draft) await this.step(made, step);
    return made;
  }

  /** Waits until the widget is active; false where it never is, or is no more. */
  async untilActive(made: Made): Promise<boolean> {
    return !made.isDeleted && (await this.#means.watch.untilActive(made.name, made.id));
  }

  async live(made: Made): Promise<void> {
    for (const step of made.script.live) await this.step(made, step);
    if (made.script.live.some(({ call }) => call === "recrawlWidget") && !made.isDeleted) await this.window(made);
  }

  /** Makes the call of a step, and reads the state that it has led to. */
  async step(made: Made, step: Step): Promise<void> {
    const steps = step.beside ? [step, step.beside] : [step];
    await this.#means.scheduler.all(steps.map((one) => () => this.#send(made, one)));
    await this.read(made);
  }

  async #send(made: Made, { call, body, isTricky = false }: Step): Promise<void> {
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

  /** Looks now and then while a recrawl may run. */
  async window(made: Made): Promise<void> {
    const { scheduler, watch } = this.#means;
    const lengthMs = Math.min(longestWindowMs, Math.max(shortestWindowMs, windowPerCrawl * watch.longestMs));
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
