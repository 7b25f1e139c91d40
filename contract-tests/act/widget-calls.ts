import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { defined } from "../defined.ts";
import {
  type CallerRole,
  type Exchange,
  type ExchangeOutcome,
  isNotFound,
  isOfValues,
  isServersOwnError,
  isTurnedAway,
  isWrite,
  isWrongCaller,
  mayHaveCreated,
  noOperation,
  outcomeOf,
  outcomeText,
  ownCallsOf,
  type SeenResponse,
} from "../history/exchange.ts";
import type { Origin } from "../history/origin.ts";
import { showsWidget, widgetIn } from "../history/views.ts";
import { type Script, trickyUpdate } from "../plan/script.ts";
import { type CallStep, isOwnWrite } from "../plan/step.ts";
import { pausesUntilForgottenMs } from "./cleaner.ts";
import type { CreatedWidget } from "./created-widgets.ts";
import { RejectedCalls } from "./rejected-calls.ts";
import type { Services } from "./services.ts";
import { SiteChoice } from "./site-choice.ts";
import { requestOf } from "./step-requests.ts";
import type { WireCall } from "./wire.ts";

/** How long a deletion that is accepted for later may take. */
const longestDeletionMs = 60_000;
/** How often a deletion is tried that is rejected while a crawl runs. */
const mostDeletes = 3;
/** The longest name that is given, in characters: another service may allow less than the document. */
const longestName = 39;

/** Makes the calls of steps, and keeps what they tell of the widgets that they are about. */
export class WidgetCalls {
  readonly #services: Services;
  /** Whether others must not call any more. */
  #isLockedOut = false;
  /** The members that were written with values that no target has a reason to refuse. */
  readonly #isWritten = new Set<string>();
  readonly #sites: SiteChoice;
  readonly #rejected: RejectedCalls;

  constructor(services: Services) {
    this.#services = services;
    this.#sites = new SiteChoice(services);
    this.#rejected = new RejectedCalls(services, (made, step, origin) => this.#write(made, step, origin));
  }

  /**
   * Creates a script's widget, and reads it; undefined where it was not made. One whose unusual name is refused is created
   * with a usual one, and renamed: a name that the target takes then is no name that it may refuse.
   */
  async create(script: Script, step: CallStep, origin: Origin): Promise<CreatedWidget | undefined> {
    const { name } = step.body ?? {};
    for (const one of [step, ...plainerThan(step)]) {
      const { made, response } = await this.#create(script, one, origin);
      const isRenamed = made && one !== step && name !== undefined && one.body?.["name"] === undefined;
      if (isRenamed) await this.#write(made, trickyUpdate({ name: this.#nameFor(script, name) }), origin);
      if (made || !isOfValues(response)) return made;
    }
    return undefined;
  }

  async #create(
    script: Script,
    step: CallStep,
    origin: Origin,
  ): Promise<{ readonly response?: SeenResponse | undefined; readonly made?: CreatedWidget }> {
    const { wire, widgets, settings, cleaner, limits } = this.#services;
    if (!limits.takeWidget()) return {};
    const { probe, headers, isTricky } = step;
    const isAgain = widgets.all.some((one) => one.script === script);
    const widget = isAgain ? `${script.id}-again` : script.id;
    const called = this.#nameFor(script, step.body?.["name"]);
    const site = this.#sites.siteOf(script, step);
    if (site === undefined) return {};
    const body = { ...step.body, name: called, site_url: site };
    const call = { operation: "createWidget", body, origin, widget, ...defined({ probe, headers, isTricky }) };
    const create = async () => {
      settings.ledger.intend(called, site);
      const exchange = await wire.send(call);
      if (!mayHaveCreated(exchange)) limits.returnWidget();
      return exchange;
    };
    let created = await create();
    // Where none has ever worked it takes more tries to see that none does, and a server's own error may come each time.
    const isTriedAgain = () => !wire.hasWorked("createWidget") || isServersOwnError(created);
    for (let n = 0; isTriedAgain() && (await wire.mayRepeat(created, n)); n++) {
      if (!limits.takeWidget()) break;
      if (mayHaveCreated(created)) cleaner.lose({ name: called, site });
      created = await create();
    }
    const id = widgetIn(created.response?.body)?.["id"];
    const isMade = outcomeOf(created) === "done" && typeof id === "string";
    if (!isMade && mayHaveCreated(created)) cleaner.lose({ name: called, site }, numericId(created));
    const { response } = created;
    if (!isMade) return { response };
    settings.ledger.made(called, id);
    cleaner.remember(id);
    const flags = { isActive: false, isRead: false, isLent: false, isDeleted: false };
    const made = { script, name: widget, id, called, site, began: created.t0, ...flags };
    widgets.add(made, probe !== undefined);
    if (probe === undefined) await this.read(made, origin);
    return { response, made };
  }

  /**
   * Makes the call of a step.
   * @returns whether it was accepted; undefined where it was left out
   */
  async call(step: CallStep, origin: Origin, made: CreatedWidget | undefined): Promise<boolean | undefined> {
    const request = requestOf(this.#services, step, made);
    const { caller = "own" } = step;
    if (!request || (caller !== "own" && this.#isLockedOut)) return undefined;
    if (caller !== "own" && step.operation === "createWidget") return this.#createAs(caller, origin);
    const isProbe = step.probe !== undefined;
    if (made && isOwnWrite(step)) return this.#write(made, step, origin);
    if (made && !isProbe && step.operation === "getWidget" && (step.caller ?? "own") === "own") {
      await this.read(made, origin);
      return true;
    }
    if (isProbe && step.operation === "getWidget") await this.#sleepReadLag();
    const exchange = await this.#services.wire.send({ ...request, origin });
    if (caller !== "own") this.#noteLockout(exchange);
    if (made && isProbe && step.operation === "deleteWidget") this.#noteDeleted(made, exchange);
    return outcomeOf(exchange) === "done";
  }

  /** Reads a widget, when what was written must be seen. */
  async read(made: CreatedWidget, origin: Origin): Promise<void> {
    const { wire, limits } = this.#services;
    if (limits.isOver) return;
    await this.#sleepReadLag();
    made.seen = await wire.send({ operation: "getWidget", ...aboutOf(made, origin) });
    if (made.isDeleted && isNotFound(made.seen)) made.wasGone = true;
    this.#noteLockout(made.seen);
  }

  /** Once somebody is turned away for a while, or the organization itself for good, no others call any more. */
  #noteLockout(exchange: Exchange): void {
    const { caller, response } = exchange;
    const status = response?.status ?? 0;
    const isInvalid = caller === "anonymous" || isWrongCaller(caller);
    const isAway = isInvalid && (isTurnedAway(exchange) || status === 423);
    if (isAway || (caller === "own" && (status === 401 || (status === 403 && isTurnedAway(exchange)))))
      this.#isLockedOut = true;
  }

  /** Creates a widget as another caller, looks whether it is one of the organization, and deletes it. */
  async #createAs(caller: CallerRole, origin: Origin): Promise<boolean> {
    const { wire, settings, cleaner, limits } = this.#services;
    const widget = `${origin.script}-by-${caller}`;
    const [called, site] = [`${settings.nonce} by ${caller}`, this.#sites.siteFor(widget)];
    if (site === undefined || !limits.takeWidget()) return false;
    settings.ledger.intend(called, site);
    const body = { name: called, site_url: site };
    const created = await wire.send({ operation: "createWidget", caller, body, origin, widget });
    this.#noteLockout(created);
    const id = widgetIn(created.response?.body)?.["id"];
    const isMade = outcomeOf(created) === "done" && typeof id === "string";
    if (!mayHaveCreated(created)) limits.returnWidget();
    else if (!isMade) cleaner.lose({ name: called, site });
    if (outcomeOf(created) === "refused") cleaner.suspect({ name: called, site });
    if (!isMade) return false;
    settings.ledger.made(called, id, caller);
    const about = { params: { id }, origin, widget };
    await this.#sleepReadLag();
    const seen = await wire.send({ operation: "getWidget", ...about });
    // That there is none may be said with a 2xx.
    for (const owner of showsWidget(seen) ? (["own", caller] as const) : [caller]) {
      const deleted = await wire.send({ operation: "deleteWidget", caller: owner, ...about });
      if (outcomeOf(deleted) !== "done") continue;
      cleaner.forgetOther({ id, name: called, widget, caller: owner });
      return true;
    }
    cleaner.postpone({ id, name: called, widget, caller });
    return true;
  }

  /** Reads a widget for the first time since it is active. */
  async readActive(made: CreatedWidget): Promise<void> {
    if (made.isRead) return;
    made.isRead = true;
    const { id, lane, steps } = made.script;
    const step = steps.findIndex((one) => one.kind === "wait" && one.until === "active");
    await this.read(made, { lane, script: id, step });
  }

  /** Whether a widget was active when it was last read. */
  showsActive({ name }: CreatedWidget): boolean {
    const gets = ownCallsOf(this.#services.wire.history, "getWidget");
    const seen = gets.findLast(({ widget }) => widget === name);
    return widgetIn(seen?.response?.body)?.["status"] === "active";
  }

  /** Deletes a widget where it is still there. */
  async remove(made: CreatedWidget, origin: Origin): Promise<void> {
    const { limits, cleaner } = this.#services;
    // Another caller has deleted it.
    if (origin.lane === "foreign" && made.seen && isNotFound(made.seen)) return cleaner.forget(made.id);
    if (!made.isDeleted && !limits.isOver) {
      const step = { kind: "call", operation: "deleteWidget" } as const;
      if (!(await this.#write(made, step, origin))) await this.#rejected.retry(made, step, origin);
    }
    // A delete that was accepted, and a read that shows nothing.
    if (made.isDeleted && made.seen && !showsWidget(made.seen)) return cleaner.forget(made.id);
    if (made.isDeleted && made.seen) return cleaner.removeAgain(made);
    // Lists come after it, so that a judge has to know of it.
    await cleaner.remove({ id: made.id, name: made.called, widget: made.name });
  }

  /** Deletes a widget by a probe, where it is still there: a crawl that runs may have to end first. */
  async removeByProbe(made: CreatedWidget, probe: NonNullable<CallStep["probe"]>, origin: Origin): Promise<void> {
    const { scheduler, watch, limits, cleaner, wire } = this.#services;
    for (let n = 0; n < mostDeletes && !made.isDeleted && !limits.isOver; n++) {
      if (n > 0) await scheduler.sleep(Math.max(1000, watch.longestMs / 2));
      this.#noteDeleted(made, await wire.send({ operation: "deleteWidget", probe, ...aboutOf(made, origin) }));
    }
    if (!made.isDeleted) await cleaner.remove({ id: made.id, name: made.called });
  }

  async #write(made: CreatedWidget, step: CallStep, origin: Origin): Promise<boolean> {
    const calls = step.race ? [step, step.race] : [step];
    const outcomes = await this.#services.scheduler.all(calls.map((one) => () => this.#send(made, one, origin)));
    await this.read(made, origin);
    if (step.operation === "deleteWidget") await this.#noteDelete(made, origin);
    const members = Object.entries(step.body ?? {});
    // Nothing is written to a widget that is gone.
    if (outcomes.includes("refused") && step.isTricky && members.length > 1 && !made.isDeleted) {
      for (const [name, value] of members) await this.#write(made, { ...step, body: { [name]: value } }, origin);
    }
    if (outcomes[0] === "refused" && !step.isTricky && !step.race) await this.#writeKnown(made, step, origin);
    return outcomes.every((outcome) => outcome === "done");
  }

  /** Tries again what was rejected since a widget was recrawled, and not accepted later. */
  retryRejected(made: CreatedWidget, origin: Origin): Promise<void> {
    return this.#rejected.retryAll(made, origin);
  }

  /**
   * Writes each member of an update that was refused with the value that the documentation shows, and with the one that
   * the target itself shows, once in a run: only where these are refused too it was not for the value.
   */
  async #writeKnown(made: CreatedWidget, { body = {}, operation }: CallStep, origin: Origin): Promise<void> {
    const { documented } = this.#services;
    for (const name of Object.keys(body).filter((one) => !this.#isWritten.has(one))) {
      if (made.isDeleted || !this.showsActive(made)) return;
      this.#isWritten.add(name);
      const shown = widgetIn(made.seen?.response?.body) ?? {};
      for (const { [name]: value } of [documented, shown]) {
        if (value !== undefined) await this.#write(made, { kind: "call", operation, body: { [name]: value } }, origin);
      }
    }
  }

  async #send(made: CreatedWidget, step: CallStep, origin: Origin): Promise<ExchangeOutcome> {
    const { wire, scheduler } = this.#services;
    const { operation, body, isTricky = false, isRandom } = step;
    // What was planned does not wait for what is random.
    const priority = isRandom ? { priority: 2 as const } : {};
    const call = { operation, ...(body && { body }), isTricky, ...priority, ...aboutOf(made, origin) };
    const exchange = await wire.send(call);
    this.#noteOtherId(made, exchange);
    const outcome = outcomeOf(exchange);
    if (outcome === "done") made.lastWrite = operation;
    if (outcome === "done" && operation === "deleteWidget") {
      made.isDeleted = true;
      made.deletedAt = scheduler.now();
      // What was seen before tells nothing of it.
      delete made.seen;
      if (exchange.response?.status === 202) await this.#untilGone(made, origin);
    }
    return outcome;
  }

  /** A deletion that was accepted for later may take a while. */
  async #untilGone(made: CreatedWidget, origin: Origin): Promise<void> {
    const { wire, scheduler, limits } = this.#services;
    const end = scheduler.now() + longestDeletionMs;
    while (scheduler.now() < end && !limits.isOver) {
      await scheduler.sleep(longestDeletionMs / 12);
      if (outcomeOf(await wire.send({ operation: "getWidget", ...aboutOf(made, origin) })) === "refused") return;
    }
  }

  /**
   * An answer that names the widget by an id that it never had. Where the run has sent that id it is its own, and goes;
   * else nothing proves that it is, so it stays.
   */
  #noteOtherId({ id, called, site }: CreatedWidget, { request, response }: Exchange): void {
    const { cleaner, widgets } = this.#services;
    const { id: shown, name } = widgetIn(response?.body) ?? {};
    if (typeof shown !== "string" || shown === id || widgets.ids.has(shown)) return;
    if (shown === request.body?.["id"]) cleaner.lose({ name: called, site }, shown);
    else if (name === called) cleaner.keep({ id: shown, name: called }, `an answer about ${id} gave this id`);
  }

  /** A refusal that a crawl explains tells nothing, and before deletes are given up a cache has time to forget the widget. */
  async #noteDelete(made: CreatedWidget, origin: Origin): Promise<void> {
    const { wire, limits, scheduler } = this.#services;
    const { id, name, seen, isActive } = made;
    const writes = wire.history.filter((one) => one.widget === name && isWrite(one));
    const last = writes.findLast(({ operation }) => operation === "deleteWidget");
    if (!last || !seen || last.response?.status === 202) return;
    const isCrawled = !isActive || writes.some(({ operation }) => operation === "recrawlWidget");
    const isNowGone = () => made.seen !== undefined && !showsWidget(made.seen);
    if (!isNowGone() && isCrawled && mayBeState(last)) return;
    for (const pauseMs of pausesUntilForgottenMs) {
      if (isNowGone() || outcomeOf(last) !== "done" || !limits.isLastStuck(id)) break;
      await scheduler.sleep(pauseMs);
      await this.read(made, origin);
    }
    limits.noteDelete(id, isNowGone(), outcomeText(last));
  }

  #noteDeleted(made: CreatedWidget, exchange: Exchange): void {
    if (outcomeOf(exchange) !== "done") return;
    made.isDeleted = true;
    made.deleteProbe = exchange.probe;
    this.#services.cleaner.forget(made.id);
  }

  async #sleepReadLag(): Promise<void> {
    const { scheduler, settings } = this.#services;
    if (settings.readLagMs > 0) await scheduler.sleep(settings.readLagMs);
  }

  /** What a script's widget is called: the name that its step has comes last, and whole. */
  #nameFor({ id, namesake = id }: Script, named: Json | undefined): string {
    const { nonce } = this.#services.settings;
    const own = [nonce, namesake].filter((part) => part).join(" ");
    const last = named === undefined ? "" : ` ${named}`;
    return (
      own.slice(0, Math.max(nonce.length, longestName - last.length)) +
      [...last].slice(0, longestName - nonce.length).join("")
    );
  }
}

/** What is tried where a create's values may have been rejected, or all that it sends besides a name and a site (A-CREATE-2). */
function plainerThan({ body = {}, isTricky, ...step }: CallStep): CallStep[] {
  if (!isTricky) return [];
  const { name, ...others } = body;
  const isNameAlone = name === undefined || Object.keys(others).length === 0;
  return [...(isNameAlone ? [] : [{ ...step, isTricky, body: { name } }]), step];
}

function aboutOf({ id, name }: CreatedWidget, origin: Origin): Pick<WireCall, "params" | "widget" | "origin"> {
  return { params: { id }, widget: name, origin };
}

/** Whether an answer is a refusal that may come of the widget's state. */
function mayBeState(exchange: Exchange): boolean {
  return outcomeOf(exchange) === "refused" && !noOperation.includes(exchange.response?.status ?? 0);
}

/** The id of a widget where it is a number: it can be deleted by it, if nothing else. */
function numericId({ response }: Exchange): string | undefined {
  const id = isJsonObject(response?.body) ? response.body["id"] : undefined;
  return typeof id === "number" ? String(id) : undefined;
}
