import { defined } from "../contract-tests/defined.ts";
import { type CallerRole, type Exchange, outcomeOf } from "../contract-tests/history/exchange.ts";
import { withoutForeigners } from "../contract-tests/history/foreign.ts";
import { groupBy } from "../contract-tests/history/group-by.ts";
import type { History, HistorySettings, NextPage, Wait, Walk } from "../contract-tests/history/history.ts";
import { cursorOf, nextPages, queryOf } from "../contract-tests/history/pages.ts";
import { itemsAt, type MemberPath, placeOfItems, widgetIn } from "../contract-tests/history/views.ts";
import type { Fields } from "../contract-tests/target.ts";
import type { WatchedExchange } from "./watched-exchange.ts";
import type { WatchedLife } from "./watched-life.ts";

/** Most pages of lists that are kept. */
const maxLists = 500;

/** What one organization did through the proxy, with one key or several. */
export class WatchedOrganization {
  /** The names of its callers. */
  readonly callers: Set<string>;
  readonly lives: WatchedLife[] = [];
  #lists: WatchedExchange[] = [];
  /** Calls without a credential that belong to none of its widgets. */
  readonly strays: WatchedExchange[] = [];
  /** What came since it was judged last. */
  readonly #newLives = new Set<WatchedLife>();
  #newCalls: WatchedExchange[] = [];
  #items: MemberPath | undefined;
  #credential: Fields = {};
  #ids = new Set<string>();

  constructor(caller: string) {
    this.callers = new Set([caller]);
  }

  /** Header names of its credential, each with the word before the secret. */
  get credential(): Fields {
    return this.#credential;
  }

  /** How many exchanges are kept. */
  get size(): number {
    return this.lives.reduce(
      (sum, { exchanges }) => sum + exchanges.length + 1,
      this.#lists.length + this.strays.length,
    );
  }

  addLife(life: WatchedLife): void {
    this.lives.push(life);
    this.#newLives.add(life);
    this.#ids.add(life.id);
    if (life.created.caller.kind === "key") this.#credential = life.created.caller.scheme;
  }

  addList(list: WatchedExchange): void {
    const { body } = list.exchange.response ?? {};
    this.#items ??= placeOfItems(body, this.#ids);
    const kept = this.#items ? { ...list, exchange: this.#withoutOthers(list.exchange) } : list;
    this.#lists.push(kept);
    this.#newCalls.push(kept);
    if (this.#lists.length > maxLists) this.#lists = this.#lists.slice(-maxLists / 2);
  }

  /** Adds a call that is about none of its widgets. */
  addStray(stray: WatchedExchange): void {
    this.strays.push(stray);
    this.#newCalls.push(stray);
  }

  /** Notes that something was done with a widget. */
  touch(life: WatchedLife): void {
    this.#newLives.add(life);
  }

  /** Whether a list shows one of its widgets. */
  hasIn({ exchange: { response } }: WatchedExchange): boolean {
    const place = this.#items ?? placeOfItems(response?.body, this.#ids);
    return place !== undefined && (itemsAt(response?.body, place) ?? []).some(({ id }) => this.#ids.has(String(id)));
  }

  /** Takes over what another one has: they are one organization. */
  merge(other: WatchedOrganization): void {
    for (const caller of other.callers) this.callers.add(caller);
    for (const life of other.lives) this.addLife(life);
    for (const list of other.#lists) this.addList(list);
    for (const stray of other.strays) this.addStray(stray);
  }

  /** Forgets the oldest widget, a deleted one before others; undefined where there is none. */
  forget(): WatchedLife | undefined {
    const index = Math.max(
      0,
      this.lives.findIndex(({ isDeleted }) => isDeleted),
    );
    const [life] = this.lives.splice(index, 1);
    if (!life) this.#lists = [];
    return life;
  }

  /** All that is kept, as the kit has it. */
  history(settings: HistorySettings, isSeparate: boolean): History {
    return this.#historyOf(
      settings,
      isSeparate,
      () => true,
      ({ exchange }) => exchange,
    );
  }

  /** What documented rules can be judged by. */
  judgedHistory(settings: HistorySettings, isSeparate: boolean): History {
    return this.#historyOf(settings, isSeparate, isJudged, reliableExchange);
  }

  /**
   * The same of what came since it was asked for last, where anything did: the whole lives of the widgets that were called.
   * Those that are being written to stay for the next time.
   */
  takeNew(settings: HistorySettings, isSeparate: boolean): History | undefined {
    const lives = new Set([...this.#newLives].filter(isJudged));
    const calls = new Set(this.#newCalls);
    if (lives.size === 0 && calls.size === 0) return undefined;
    for (const life of [...this.#newLives]) if (life.openWrites === 0) this.#newLives.delete(life);
    this.#newCalls = [];
    const isNew = (one: WatchedExchange) => (calls.has(one) ? reliableExchange(one) : undefined);
    return this.#historyOf(settings, isSeparate, (life) => lives.has(life), reliableExchange, isNew);
  }

  /** What shows assumptions: requests as they were sent, but for those that the document does not have. */
  dialectHistory(settings: HistorySettings, isSeparate: boolean): History {
    const isMeantToo = ({ unjudgedSince }: WatchedLife) => unjudgedSince === undefined;
    return this.#historyOf(settings, isSeparate, isMeantToo, (one) => {
      const isMeant = one.judged === "whole" || one.exchange.probe !== undefined || one.caller.kind === "anonymous";
      return isMeant ? one.exchange : undefined;
    });
  }

  /** The lists between which nothing was written, by their numbers. */
  get rests(): number[][] {
    const resting = this.#lists.filter(({ rest }) => rest !== undefined);
    return [...groupBy(resting, ({ rest }) => rest).values()].map((lists) => lists.map(({ exchange }) => exchange.n));
  }

  #historyOf(
    settings: HistorySettings,
    isSeparate: boolean,
    isMeant: (life: WatchedLife) => boolean,
    shown: (one: WatchedExchange) => Exchange | undefined,
    shownOther = shown,
  ): History {
    const lives = this.lives.filter(isMeant);
    const all = [
      ...lives.flatMap((life) =>
        [life.created, ...life.exchanges].map((one, step) => ({
          exchange: shown(one),
          one,
          more: { widget: life.name, origin: { lane: "parallel", script: life.name, step } as const },
        })),
      ),
      ...[...this.#lists, ...this.strays].map((one) => ({ exchange: shownOther(one), one, more: {} })),
    ];
    const exchanges = all.flatMap(({ exchange, one, more }): Exchange[] => {
      const caller = this.#roleOf(one, isSeparate);
      return exchange && caller ? [{ ...exchange, ...more, caller }] : [];
    });
    const sorted = exchanges.sort((a, b) => a.n - b.n);
    const listed = sorted.map((one) => this.#withoutOthers(one));
    const { next, walks } = this.#walksIn(listed);
    const { rests } = this;
    return {
      settings,
      exchanges: listed,
      walks,
      rests,
      waits: lives.flatMap(waitOf),
      observations: [],
      events: [],
      left: [],
      items: this.#items,
      next,
    };
  }

  /** What of a list is of widgets that others made is only counted. */
  #withoutOthers(exchange: Exchange): Exchange {
    return withoutForeigners(exchange, this.#items, this.#ids);
  }

  /** Undefined where it tells nothing: another key that was refused may be one of the same organization with fewer rights. */
  #roleOf({ caller, exchange }: WatchedExchange, isSeparate: boolean): CallerRole | undefined {
    if (this.callers.has(caller.name)) return caller.kind === "anonymous" ? "anonymous" : "own";
    if (caller.kind === "anonymous") return "anonymous";
    if (isSeparate && caller.kind === "key") return "other";
    return outcomeOf(exchange) === "refused" ? undefined : "own";
  }

  /** How pages lead on, and the ways that clients went through them, as far as the calls show. */
  #walksIn(exchanges: readonly Exchange[]): { readonly next: NextPage | undefined; readonly walks: Walk[] } {
    const items = this.#items;
    const pages = exchanges.filter(
      ({ operation, caller, response }) => operation === "listWidgets" && caller === "own" && response?.status === 200,
    );
    const cursors = new Set(pages.flatMap((page) => queryOf(page).get("cursor") ?? []));
    const candidates = items ? pages.flatMap(({ response }) => (response ? nextPages(response, items) : [])) : [];
    const followed = candidates.find((next) =>
      pages.some(({ response }) => response && cursors.has(cursorOf(response, next) ?? "")),
    );
    const next = followed ? { ...followed, verified: true } : candidates[0];
    if (!next) return { next, walks: [] };
    const walks = pages
      .filter((page) => !queryOf(page).has("cursor"))
      .map((first): Walk => {
        const calls = [first];
        for (let cursor = cursorIn(first, next); cursor !== undefined; ) {
          const last: Exchange | undefined = calls.at(-1);
          const page = pages.find((one) => one.began > (last?.ended ?? 0) && queryOf(one).get("cursor") === cursor);
          if (!page || calls.length > maxLists) return { calls: calls.map(({ n }) => n), whole: false };
          calls.push(page);
          cursor = cursorIn(page, next);
        }
        return { calls: calls.map(({ n }) => n), whole: true };
      });
    return { next, walks };
  }
}

function isJudged({ unjudgedSince, openWrites }: WatchedLife): boolean {
  return unjudgedSince === undefined && openWrites === 0;
}

/** An exchange as documented rules may be judged by it; undefined where it tells nothing. */
function reliableExchange({ judged, exchange, reliable }: WatchedExchange): Exchange | undefined {
  if (judged === "not" || exchange.probe !== undefined) return undefined;
  const { response, ...sent } = exchange;
  const known =
    judged === "maybe" ? { ...sent, error: "what it was answered may be the answer to an earlier try" } : exchange;
  return { ...known, request: { ...exchange.request, ...defined({ body: reliable }) } };
}

function cursorIn({ response }: Exchange, next: NextPage): string | undefined {
  return response && cursorOf(response, next);
}

/** How long a first crawl took at least: until its widget was last seen as a draft. */
function waitOf({ name, created, exchanges }: WatchedLife): Wait[] {
  const statuses = exchanges
    .filter(({ exchange: { operation, response } }) => operation === "getWidget" && response?.status === 200)
    .map(({ exchange }) => ({ exchange, status: widgetIn(exchange.response?.body)?.["status"] }));
  const active = statuses.findIndex(({ status }) => status === "active");
  const last = statuses.slice(0, Math.max(0, active)).findLast(({ status }) => status === "draft");
  if (!last) return [];
  const { t0, t1 } = created.exchange;
  return [{ widget: name, began: t0, from: t1, to: last.exchange.t0, ended: "active" }];
}
