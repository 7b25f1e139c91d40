import { isJsonObject } from "../../spec/merge-patch.ts";
import { breaksDown, type Exchange, type ExchangeOutcome, outcomeOf } from "../history/exchange.ts";
import { widgetIn } from "../history/views.ts";
import { windowMs } from "../history/window.ts";
import { type Script, type ScriptStep, scriptOrigin } from "../plan/script.ts";
import type { ActSettings } from "./act-settings.ts";
import type { Cleaner } from "./cleaner.ts";
import type { RunLimits } from "./limits.ts";
import type { Lister } from "./lister.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Watch } from "./watch.ts";
import type { Wire, WireCall } from "./wire.ts";

/** A widget that the run has made. */
export interface CreatedWidget {
  readonly script: Script;
  /** The run's own name of it. */
  readonly name: string;
  readonly id: string;
  /** What it is called by the API. */
  readonly called: string;
  /** When its create began, in milliseconds since the run did. */
  readonly began: number;
  isDeleted: boolean;
  /** When its delete was accepted, in milliseconds since the run began. */
  deletedAt?: number;
  /** Whether it was read since it is active. */
  isRead: boolean;
  /** What the last read of it was answered with. */
  seen?: Exchange;
}

/** What runs a script. */
export interface ScriptRunnerParts {
  readonly wire: Wire;
  readonly watch: Watch;
  readonly scheduler: Scheduler;
  readonly lister: Lister;
  readonly ownIds: Set<string>;
  /** The run's own names of its widgets, by their ids. */
  readonly names: Map<string, string>;
  readonly settings: ActSettings;
  readonly limits: RunLimits;
  readonly cleaner: Cleaner;
}

/** How long a deletion that is accepted for later may take. */
const longestDeletionMs = 60_000;

/** The id of a widget where it is a number: it can be deleted by it, if nothing else. */
function numericId({ response }: Exchange): string | undefined {
  const id = isJsonObject(response?.body) ? response.body["id"] : undefined;
  return typeof id === "number" ? String(id) : undefined;
}

/** Does with one widget what its script says, and reads its whole state after each step. */
export class ScriptRunner {
  readonly #means: ScriptRunnerParts;
  /** How many widgets are looked at for as long as a recrawl may run. */
  #watched = 0;

  constructor(means: ScriptRunnerParts) {
    this.#means = means;
  }

  /** Creates the script's widget, and does what is to be done with the draft; undefined where it was not made. */
  async create(script: Script): Promise<CreatedWidget | undefined> {
    const made = await this.make(script);
    if (!made) return undefined;
    await this.read(made);
    for (const step of script.draft) await this.step(made, step);
    return made;
  }

  /** Creates the script's widget, and no more; undefined where it was not made. */
  async make(
    script: Script,
    more: Pick<WireCall, "probe" | "headers" | "widget"> = {},
  ): Promise<CreatedWidget | undefined> {
    const { wire, ownIds, names, settings, limits, cleaner } = this.#means;
    if (limits.isOver) return undefined;
    const word = [settings.nonce, script.namesake ?? script.id, script.named].filter((part) => part).join(" ");
    const body = { name: word.slice(0, 39), site_url: this.siteFor(script), ...script.create };
    settings.ledger.intend(body.name, body.site_url);
    const created = await wire.send({
      operation: "createWidget",
      body,
      origin: scriptOrigin(script),
      widget: script.id,
      ...more,
    });
    const id = widgetIn(created.response?.body)?.["id"];
    const isMade = outcomeOf(created) === "done" && typeof id === "string";
    if (!isMade && outcomeOf(created) !== "refused") {
      cleaner.lose({ name: body.name, site: body.site_url }, numericId(created));
    }
    if (!isMade) return undefined;
    settings.ledger.made(body.name, id);
    ownIds.add(id);
    // Events about what was made to see what is assumed tell nothing of documented rules.
    if (more.probe === undefined) names.set(id, script.id);
    const name = more.widget ?? script.id;
    return { script, name, id, called: body.name, began: created.t0, isDeleted: false, isRead: false };
  }

  /** Waits until the widget is active; false where it never is, or is no more. */
  async untilActive(made: CreatedWidget): Promise<boolean> {
    return !made.isDeleted && (await this.#means.watch.untilActive(made));
  }

  /** Reads a widget for the first time since it is active. */
  async readFirst(made: CreatedWidget): Promise<void> {
    if (made.isRead) return;
    made.isRead = true;
    await this.read(made);
  }

  /** Whether a widget was seen active. */
  isActive({ name }: CreatedWidget): boolean {
    return this.#means.watch.waits.some(({ widget, ended }) => widget === name && ended === "active");
  }

  /** Does what is to be done with a widget that is active. */
  async live(made: CreatedWidget): Promise<void> {
    for (const step of made.script.live) if (!this.#means.limits.isOver) await this.step(made, step);
  }

  /** Looks at a widget for as long as a crawl may run, where it was recrawled; what is left alone is looked at as long. */
  async watchCrawl(made: CreatedWidget): Promise<void> {
    const { live } = made.script;
    const isWatched = live.length === 0 || live.some(({ operation }) => operation === "recrawlWidget");
    if (isWatched && !made.isDeleted) await this.window(made);
  }

  /**
   * Makes the call of a step, and reads the state that it has led to. Hard values that are refused together are tried one
   * by one, so that one that is honestly refused does not hide the others.
   * @returns whether it was accepted
   */
  async step(made: CreatedWidget, step: ScriptStep): Promise<boolean> {
    const steps = step.beside ? [step, step.beside] : [step];
    const outcomes = await this.#means.scheduler.all(steps.map((one) => () => this.#send(made, one)));
    await this.read(made);
    const members = Object.entries(step.body ?? {});
    if (outcomes.includes("refused") && step.isTricky && members.length > 1) {
      for (const [name, value] of members) await this.step(made, { ...step, body: { [name]: value } });
    }
    return outcomes.every((outcome) => outcome === "done");
  }

  async #send(made: CreatedWidget, { operation, body, isTricky = false }: ScriptStep): Promise<ExchangeOutcome> {
    const { wire } = this.#means;
    const { id, name, script } = made;
    const about = { operation, params: { id }, origin: scriptOrigin(script), widget: name, isTricky };
    const send = () => wire.send({ ...about, ...(body === undefined ? {} : { body }) });
    let exchange = await send();
    // An update may be sent again: what breaks a service down each time is no passing fault.
    for (let n = 0; n < 2 && body !== undefined && breaksDown(exchange); n++) exchange = await send();
    this.#noteOtherId(made, exchange);
    if (operation === "deleteWidget" && outcomeOf(exchange) === "done") {
      made.isDeleted = true;
      made.deletedAt = this.#means.scheduler.now();
      // What was seen before tells nothing of it.
      delete made.seen;
      if (exchange.response?.status === 202) await this.#untilGone(made);
    }
    return outcomeOf(exchange);
  }

  /**
   * An answer that names the widget by an id that it never had. Where the run has sent that id it is its own, and goes;
   * else nothing proves that it is, so it stays.
   */
  #noteOtherId({ id, called, script }: CreatedWidget, { request, response }: Exchange): void {
    const { id: shown, name } = widgetIn(response?.body) ?? {};
    if (typeof shown !== "string" || shown === id || this.owns(shown)) return;
    const { cleaner } = this.#means;
    if (shown === request.body?.["id"]) cleaner.lose({ name: called, site: this.siteFor(script) }, shown);
    else if (name === called) cleaner.keep(shown, called, `an answer about ${id} gave this id`);
  }

  /** Reads the widget, when what was written must be seen. */
  async read(made: CreatedWidget): Promise<void> {
    const { wire, scheduler, settings, limits } = this.#means;
    if (limits.isOver) return;
    const { id, name, script } = made;
    if (settings.readLagMs > 0) await scheduler.sleep(settings.readLagMs);
    made.seen = await wire.send({ operation: "getWidget", params: { id }, origin: scriptOrigin(script), widget: name });
  }

  /** Whether a widget was active when it was last read. */
  showsActive({ name }: CreatedWidget): boolean {
    const read = this.#means.wire.history.findLast(
      ({ operation, widget }) => operation === "getWidget" && widget === name,
    );
    return widgetIn(read?.response?.body)?.["status"] === "active";
  }

  /** Deletes what is still there. */
  async remove(made: CreatedWidget): Promise<void> {
    const { limits, cleaner } = this.#means;
    if (!made.isDeleted && !limits.isOver) await this.step(made, { operation: "deleteWidget" });
    // A delete that was accepted, and a read that shows nothing.
    if (made.isDeleted && made.seen && outcomeOf(made.seen) !== "done") return cleaner.forget(made.id);
    if (made.isDeleted && made.seen) return cleaner.removeAgain(made.id, made.called, made.name);
    // Lists come after it, so that a judge has to know of it.
    await cleaner.remove(made.id, made.called, made.name);
  }

  /** A deletion that was accepted for later may take a while. */
  async #untilGone({ id, name, script }: CreatedWidget): Promise<void> {
    const { wire, scheduler, limits } = this.#means;
    const end = scheduler.now() + longestDeletionMs;
    while (scheduler.now() < end && !limits.isOver) {
      await scheduler.sleep(longestDeletionMs / 12);
      const seen = await wire.send({
        operation: "getWidget",
        params: { id },
        origin: scriptOrigin(script),
        widget: name,
      });
      if (outcomeOf(seen) === "refused") return;
    }
  }

  /**
   * Looks now and then while a recrawl may run.
   * @param also what is looked at besides the widget itself
   */
  async window(made: CreatedWidget, also?: () => Promise<unknown>): Promise<void> {
    const { scheduler, watch, limits } = this.#means;
    const lengthMs = windowMs(watch.longestMs);
    const end = scheduler.now() + lengthMs;
    this.#watched++;
    while (scheduler.now() < end && !limits.isOver) {
      this.say(`watching ${this.#watched} widgets while recrawls may run`);
      await scheduler.sleep(Math.max(1000, lengthMs / 8));
      await this.read(made);
      await also?.();
    }
    this.#watched--;
  }

  /** Tells whoever waits what is being done. */
  say(text: string): void {
    this.#means.settings.progress(text);
  }

  /** Whether a widget is one that the run has made, by its id. */
  owns(id: string): boolean {
    return this.#means.ownIds.has(id);
  }

  /** The next place among the starts and ends of calls. */
  moment(): number {
    return this.#means.wire.moment();
  }

  /** The site of a script's widget. */
  siteFor({ id, namesake }: Script): string {
    const { sites } = this.#means.settings;
    const word = (namesake ?? id).replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase();
    const site = sites[0] ?? "https://{n}.example";
    return site.replace("{n}", word);
  }
}
