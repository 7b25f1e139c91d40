import type { JsonObject } from "../../spec/merge-patch.ts";
import { defined } from "../defined.ts";
import { type CallerRole, type Exchange, isNotFound, outcomeOf, outcomeText } from "../history/exchange.ts";
import type { Left } from "../history/history.ts";
import { showsWidget } from "../history/views.ts";
import type { CreatedWidget } from "./created-widgets.ts";
import type { Ledger } from "./ledger.ts";
import type { RunLimits } from "./limits.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Wire } from "./wire.ts";

/** How often a delete is tried that was refused for the moment, or whose answer was lost. */
const mostTries = 8;
const longestPauseMs = 8000;
/** How often the list is asked for in search of what was lost. */
const mostLists = 4;
/** After so many widgets that nobody answered for, the others are tried once. */
const mostSilences = 2;

/** How long it is waited each time until what a get still shows after its delete is looked at again, in milliseconds. */
export const pausesUntilForgottenMs: readonly number[] = [1000, 2000, 3000];

/** What is known of a create whose answer was lost. */
export interface Lost {
  readonly name: string;
  /** Undefined where that was not written down. */
  readonly site: string | undefined;
}

/** What deletes depend on: where they are noted, and whether anybody answers. */
export interface CleanerSettings {
  readonly ledger: Ledger;
  readonly limits?: Pick<RunLimits, "isGone" | "stoppedEarly">;
  /** The ids of widgets that were there again in the passes before; those of this one are added. */
  readonly revivedBefore?: Set<string>;
}

/** A widget to be deleted. */
export interface Deletable {
  readonly id: string;
  /** The name that it was created with. */
  readonly name: string;
  /** The run's own name of it, where a judge knows it. */
  readonly widget?: string;
  /** Who created it, by default the organization under test: only that caller may delete it. */
  readonly caller?: CallerRole;
}

/** A widget that was deleted, and may be there again. */
type Revived = Deletable & Pick<CreatedWidget, "wasGone" | "deleteProbe">;

/** The widget that a call is about, its name in the run, and who calls. */
type About = Pick<Deletable, "widget" | "caller"> & { readonly params: { readonly id: string } };

/** Deletes what a run has made, and knows what it could not delete. */
export class Cleaner {
  readonly #wire: Wire;
  readonly #scheduler: Scheduler;
  readonly #settings: CleanerSettings;
  readonly #gone = new Set<string>();
  readonly #lost: Lost[] = [];
  /** Widgets that the run has made and cannot look at otherwise. */
  readonly #strays = new Map<string, string>();
  /** Widgets that are deleted at the end, by the callers that created them. */
  readonly #postponed: Deletable[] = [];
  /** Creates of other callers that were rejected. */
  readonly #suspected: Lost[] = [];
  /** What was still shown after its delete, by its id. */
  readonly #shown = new Map<string, About>();
  /** How many widgets in a row could not be deleted because nobody answered, and all of these. */
  #silences = 0;
  readonly #unanswered: Deletable[] = [];
  readonly left: Left[] = [];
  /** Widgets that were there again after they had been deleted. */
  readonly revived: Pick<Left, "id" | "name">[] = [];
  /** When a widget was deleted last, in milliseconds since the run began. */
  lastGoneMs = 0;
  /** Widgets of other callers that are deleted. */
  readonly #ofOthers: Deletable[] = [];

  constructor(wire: Wire, scheduler: Scheduler, settings: CleanerSettings) {
    this.#wire = wire;
    this.#scheduler = scheduler;
    this.#settings = settings;
  }

  /** How many widgets are gone. */
  get goneCount(): number {
    return this.#gone.size;
  }

  /** How many creates may have had an effect of which no id is known. */
  get lostCount(): number {
    return this.#lost.length;
  }

  /** Whether a widget is gone, or told as left. */
  isSettled(id: string): boolean {
    return this.#gone.has(id) || this.left.some((one) => one.id === id);
  }

  /** A create may have had its effect, and nobody saw an id that could be used. */
  lose(lost: Lost, id?: string): void {
    if (id === undefined) this.#lost.push(lost);
    else {
      this.#settings.ledger.made(lost.name, id);
      this.#strays.set(id, lost.name);
    }
  }

  /** A create of another caller was rejected; it may have been carried out in this organization all the same. */
  suspect(create: Lost): void {
    this.#suspected.push(create);
  }

  /** A widget of another caller could not be deleted for the moment: it is deleted at the end. */
  postpone(widget: Deletable): void {
    this.#postponed.push(widget);
  }

  /** Looks for a while whether what was shown after its delete is gone: a cache may have kept it. */
  async lookAgain(): Promise<void> {
    for (const pauseMs of pausesUntilForgottenMs) {
      const { stoppedEarly } = this.#settings.limits ?? {};
      if (this.#shown.size === 0 || stoppedEarly) return;
      await this.#scheduler.sleep(pauseMs);
      for (const [id, about] of this.#shown) {
        const seen = await this.#wire.send({ operation: "getWidget", ...about });
        // What was not answered proves nothing.
        if (outcomeOf(seen) === "unknown" || showsWidget(seen)) continue;
        this.#shown.delete(id);
        this.#untell(id);
        this.forget(id);
      }
    }
  }

  /** Deletes what was left for the end. */
  async removePostponed(): Promise<void> {
    for (const one of this.#postponed.splice(0)) await this.remove(one);
  }

  /** A widget is gone: a delete of it was accepted, and no read shows it. */
  forget(id: string): void {
    this.#gone.add(id);
    this.lastGoneMs = this.#scheduler.now();
    this.#settings.ledger.gone(id);
  }

  /** A widget of another caller is gone. */
  forgetOther(widget: Deletable): void {
    this.#ofOthers.push(widget);
    this.forget(widget.id);
  }

  #noteRevived(id: string, name: string): void {
    if (!this.revived.some((one) => one.id === id)) this.revived.push({ id, name });
    this.#settings.revivedBefore?.add(id);
  }

  /** Whether the target has brought back what was deleted, in this pass or in one before. */
  get hasRevived(): boolean {
    return this.revived.length > 0 || (this.#settings.revivedBefore?.size ?? 0) > 0;
  }

  /** Whether a widget is gone. */
  isGone(id: string): boolean {
    return this.#gone.has(id);
  }

  /**
   * Deletes what is there again, though it was deleted: a crawl may have brought it back when it ended.
   * @param shown those of the organization's own that a list shows
   */
  async removeRevived(shown: readonly Revived[]): Promise<void> {
    for (const one of [...shown, ...this.#ofOthers.map((other): Revived => ({ ...other, wasGone: true }))]) {
      const { id, name, widget, caller } = one;
      // Whose widget it is tells nothing of what others are shown.
      const probe = caller && caller !== "own" ? "A-DELETE-4" : one.deleteProbe;
      const about = { params: { id }, ...defined({ widget, caller, probe }) };
      const seen = await this.#wire.send({ operation: "getWidget", ...about });
      if (!showsWidget(seen)) continue;
      // A deletion that takes a while proves nothing.
      if (one.wasGone) this.#noteRevived(id, name);
      this.remember(id);
      this.#settings.ledger.made(name, id, caller);
      await this.remove(one);
    }
  }

  /** A widget was made: an id that was given before is in use again. */
  remember(id: string): void {
    this.#gone.delete(id);
  }

  /** A widget stays, and is told once. */
  keep({ id, name, caller }: Deletable, why: string): void {
    if (this.left.some((one) => one.id === id)) return;
    this.left.push({ id, name, why, ...(caller && caller !== "own" ? { caller } : {}) });
  }

  /** A widget that was told as left is not, or is told again with another reason. */
  #untell(id: string): void {
    const others = this.left.filter((one) => one.id !== id);
    this.left.splice(0, this.left.length, ...others);
  }

  /** Deletes a widget, again where the answer is lost or it may not be deleted for the moment. */
  async remove(one: Deletable): Promise<void> {
    let last: Exchange | undefined;
    const tries = this.#tries;
    const { id, widget, caller } = one;
    const about = { params: { id }, ...defined({ widget, caller }) };
    for (let attempt = 0; attempt < tries; attempt++) {
      if (attempt > 0) await this.#scheduler.sleep(Math.min(longestPauseMs, 250 * 2 ** attempt));
      last = await this.#wire.send({ operation: "deleteWidget", ...about });
      if (outcomeOf(last) === "done" || isNotFound(last)) return this.#settle(last, one, about);
      if (attempt > 0 && isServerError(last)) break;
    }
    const other = last?.response && this.#gone.size > 0 ? await this.#removeInAnotherState(about) : undefined;
    if (other) return this.#settle(other, one, about);
    this.#giveUp(one, last);
  }

  #giveUp(one: Deletable, last: Exchange | undefined): void {
    if (last) this.#silences = last.response ? 0 : this.#silences + 1;
    if (!last?.response) this.#unanswered.push(one);
    this.keep(one, outcomeText(last));
  }

  /** Deletes what nobody answered for, one by one, as the server may answer again: up to the first that it does not. */
  async removeUnanswered(): Promise<void> {
    for (const one of this.#unanswered.splice(0)) {
      const about = { params: { id: one.id }, ...defined({ widget: one.widget, caller: one.caller }) };
      const deleted = await this.#wire.send({ operation: "deleteWidget", ...about });
      if (!deleted.response) return;
      if (outcomeOf(deleted) !== "done" && !isNotFound(deleted)) continue;
      this.#untell(one.id);
      await this.#settle(deleted, one, about);
    }
  }

  /** Deletes a widget that its server does not delete as it is, but perhaps when it is resumed or paused. */
  async #removeInAnotherState(about: About): Promise<Exchange | undefined> {
    for (const operation of ["resumeWidget", "pauseWidget"]) {
      if (outcomeOf(await this.#wire.send({ operation, ...about })) !== "done") continue;
      const deleted = await this.#wire.send({ operation: "deleteWidget", ...about });
      if (outcomeOf(deleted) === "done") return deleted;
    }
    return undefined;
  }

  /** Notes that a widget is gone; a get says whether it is, where there is a reason to doubt it. */
  async #settle(deleted: Exchange, one: Deletable, about: About): Promise<void> {
    const isDoubtful = isNotFound(deleted) || this.#settings.limits?.stoppedEarly?.cause === "no-delete";
    const isShown = isDoubtful && showsWidget(await this.#wire.send({ operation: "getWidget", ...about }));
    if (isShown) this.#keepShown(one, about, `its delete returned ${deleted.response?.status}, but it is still shown`);
    else this.forget(one.id);
  }

  #keepShown(one: Deletable, about: About, why: string): void {
    this.#shown.set(one.id, about);
    this.keep(one, why);
  }

  /** How often a delete is tried: seldom where none works or nobody answers, and not at all where the target has gone away for good. */
  get #tries(): number {
    const isGone = this.#settings.limits?.isGone ?? false;
    if (this.#gone.size === 0 && this.left.length >= mostSilences) return 1;
    if (this.#wire.neverWorks("deleteWidget")) return 1;
    if (this.#silences >= mostSilences) return isGone ? 0 : 1;
    return isGone ? 1 : mostTries;
  }

  /** Deletes what is shown though its delete was accepted, once more: something may have brought it back. */
  async removeAgain({ id, called: name, name: widget, wasGone }: CreatedWidget): Promise<void> {
    if (wasGone) this.#noteRevived(id, name);
    const about = { params: { id }, widget };
    await this.#wire.send({ operation: "deleteWidget", ...about });
    const seen = await this.#wire.send({ operation: "getWidget", ...about });
    if (showsWidget(seen)) this.#keepShown({ id, name }, about, "its delete was accepted, but it is still shown");
    else this.forget(id);
  }

  /**
   * Deletes what was made while nobody saw the answer: by names that only this run has given, for the site that it gave,
   * and no more of them than were lost.
   * @param list lists all that there is; undefined where it could not
   * @param own whether an id is one that the run knows
   */
  async removeLost(
    list: () => Promise<readonly JsonObject[] | undefined>,
    own: (id: string) => boolean,
  ): Promise<void> {
    const listed = await this.#listed(list);
    const names = new Set(this.#lost.map(({ name }) => name));
    for (const name of names) {
      const lost = this.#lost.filter((one) => one.name === name);
      const found = listed.filter(
        (widget) => widget["name"] === name && !own(String(widget["id"])) && isFor(widget, lost),
      );
      const isSure = found.length <= lost.length;
      const isHidden = found.length === 0 && listed.some((widget) => !("name" in widget) && !own(String(widget["id"])));
      if (isHidden) this.left.push({ id: "", name, why: "it may exist: the list shows no names" });
      for (const { id } of found) {
        if (isSure) await this.remove({ id: String(id), name });
        else this.keep({ id: String(id), name }, "others have its name");
      }
    }
    // They may not be found under these ids: that they are not proves nothing.
    for (const [id, name] of this.#strays) {
      const exchange = await this.#wire.send({ operation: "deleteWidget", params: { id } });
      if (outcomeOf(exchange) === "done") this.forget(id);
      else this.keep({ id, name }, outcomeText(exchange));
    }
  }

  /**
   * Deletes what rejected creates of others made all the same, where it is listed.
   * @returns the ids of these widgets
   */
  async removeSuspected(listed: readonly JsonObject[]): Promise<readonly string[]> {
    const made = this.#suspected
      .splice(0)
      .flatMap((one) => listed.filter((widget) => widget["name"] === one.name && isFor(widget, [one])))
      .map(({ id, name }) => ({ id: String(id), name: String(name) }));
    for (const one of made) await this.remove(one);
    return made.map(({ id }) => id);
  }

  /** What is listed, asked for again where an answer is missing; without it what was lost is told as left. */
  async #listed(list: () => Promise<readonly JsonObject[] | undefined>): Promise<readonly JsonObject[]> {
    for (let attempt = 0; attempt < mostLists && this.#lost.length > 0; attempt++) {
      if (attempt > 0) await this.#scheduler.sleep(longestPauseMs / mostLists);
      const listed = await list();
      if (listed) return listed;
    }
    for (const { name } of this.#lost) this.left.push({ id: "", name, why: "it may exist: no list could be read" });
    return [];
  }
}

/** Whether a server fails by its own words; it has been asked again and again by then. */
function isServerError({ response }: Exchange): boolean {
  return response !== undefined && response.status >= 500;
}

/** Whether a widget may be one whose create was lost: its site, where it is shown, is the one that was sent. */
function isFor({ site_url: site }: JsonObject, lost: readonly Lost[]): boolean {
  return (
    typeof site !== "string" ||
    lost.some((one) => one.site === undefined || one.site.replace(/\/$/, "") === site.replace(/\/$/, ""))
  );
}
