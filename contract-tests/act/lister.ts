import type { RuleId } from "../../spec/generated/rules.ts";
import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import { defined } from "../defined.ts";
import { type Exchange, isOfValues } from "../history/exchange.ts";
import type { NextPage, Walk } from "../history/history.ts";
import type { Origin } from "../history/origin.ts";
import { cursorOf, nextPages, saysItIsLast } from "../history/pages.ts";
import { itemsAt, type MemberPath, onlyPlace, placeOfItems } from "../history/views.ts";
import { mostEmptyInWalks } from "../history/walks.ts";
import type { Priority } from "./pace.ts";
import type { Wire, WireCall } from "./wire.ts";

/** After so many empty pages nobody believes that more follows, once a list had no end. */
const mostEmptyPages = 3;
/** After so many pages in a row that show what was shown before a walk goes round and round. */
const mostRepeatedPages = 3;
/** The sizes of pages that show how to go on: where one of them goes wrong another may lead on. */
const learningSizes = [1, 2];

/** What pages have shown, by the ids of widgets, and whether that was all that was wanted. */
interface Polled {
  readonly shown: ReadonlyMap<string, JsonObject>;
  readonly areAll: boolean;
  readonly pages: number;
}

/** The pages that a walk has come through, and whether there is a reason to go on. */
class SeenPages {
  readonly calls: number[] = [];
  readonly listed: JsonObject[] = [];
  /** Whether the last page was reached. */
  whole = false;
  readonly #mostPages: number;
  readonly #mostEmpty: number;
  readonly #ids = new Set<Json | undefined>();
  readonly #cursors = new Set<string>();
  /**
   * Whether there is no cursor, or one that came before, on a page with nothing new or one that says that it is the last: it
   * would lead round and round. One that stays the same while more is shown is followed, which shows whether it leads on.
   */
  #isOver = false;
  /** How many pages in a row were empty, and how many showed nothing new. */
  #empty = 0;
  #repeated = 0;

  constructor(mostPages: number, mostEmpty: number) {
    this.#mostPages = mostPages;
    this.#mostEmpty = mostEmpty;
  }

  get mayGoOn(): boolean {
    const { length } = this.calls;
    return length < this.#mostPages && !this.#isOver && !this.isEndless && this.#repeated < mostRepeatedPages;
  }

  /** Whether one page after the other was empty. */
  get isEndless(): boolean {
    return this.#empty >= this.#mostEmpty;
  }

  add(
    { n, response }: Exchange,
    items: readonly JsonObject[],
    { cursor, isEnd }: { readonly cursor: string | undefined; readonly isEnd: boolean },
  ): void {
    const isNew = items.some(({ id }) => !this.#ids.has(id));
    this.#empty = items.length === 0 ? this.#empty + 1 : 0;
    this.#repeated = items.length === 0 || isNew ? 0 : this.#repeated + 1;
    for (const { id } of items) this.#ids.add(id);
    this.calls.push(n);
    this.listed.push(...items);
    this.whole = isEnd;
    const mayLeadOn = response !== undefined && !saysItIsLast(response);
    this.#isOver = cursor === undefined || (this.#cursors.has(cursor) && !(isNew && mayLeadOn));
    if (cursor !== undefined) this.#cursors.add(cursor);
  }
}

/** Reads the list of an implementation whose form nobody has published: it is learned from widgets that the run made. */
export class Lister {
  readonly walks: Walk[] = [];
  /** Where the items of a list are, and how a page leads to the next, as far as that was learned. */
  items: MemberPath | undefined;
  next: NextPage | undefined;
  /** The cursor that was followed last. */
  lastCursor: string | undefined;
  readonly #wire: Wire;
  readonly #ownIds: Pick<ReadonlySet<string>, "has">;
  #callsLeft: number;
  /** The largest page that is not refused, as far as that is known (A-LIST-2). */
  #largest = 100;
  /** The most widgets that were on a page that was to be as large as can be, where another one followed. */
  #fullest = 0;
  /** The pages that were read to learn how to go on, and that came to an end; a walk, once a later one has gone on alike. */
  readonly #learned: { readonly pages: readonly number[]; readonly next: NextPage; readonly at: number }[] = [];
  /** How many empty pages in a row a walk passes: some list what they have searched through. */
  #mostEmpty = mostEmptyInWalks;

  /** @param mostCalls how many calls it may make in the whole run */
  constructor(wire: Wire, ownIds: Pick<ReadonlySet<string>, "has">, mostCalls: number) {
    this.#wire = wire;
    this.#ownIds = ownIds;
    this.#callsLeft = mostCalls;
  }

  /** Takes the only array of the list for that of its items, where no widget of the run was ever in it. */
  async guess(): Promise<void> {
    const whole = await this.#bulkPage();
    this.items ??= onlyPlace(whole?.response?.body);
  }

  /** Learns where the items are, and how to go on from a page; needs widgets of the run in the list. */
  async learn(): Promise<void> {
    const whole = await this.#bulkPage();
    this.items = placeOfItems(whole?.response?.body, this.#ownIds);
    if (this.items === undefined) return;
    for (const size of learningSizes) {
      if (this.next?.verified) return;
      const first = await this.#page(pageQuery(size), 1);
      if (first) await this.#learnNext(first, size);
    }
  }

  /** The size of the largest pages, as far as that is known: larger ones are refused, or hold no more. */
  get largest(): number {
    return this.#fullest > 0 ? Math.min(this.#fullest, this.#largest) : this.#largest;
  }

  /** A page that is as large as the target allows: where that is refused, the largest that is not. */
  async #bulkPage(): Promise<Exchange | undefined> {
    let page = await this.#page(pageQuery(this.#largest), 1);
    let [taken, refused] = [0, this.#largest];
    if (!isOfValues(page?.response)) return page;
    while (refused - taken > 1) {
      const size = Math.floor((taken + refused) / 2);
      const one = await this.#page(pageQuery(size), 1);
      if (isOfValues(one?.response)) refused = size;
      else [taken, page] = [size, one];
    }
    if (taken > 0) this.#largest = taken;
    return page;
  }

  /** Learns from a page how to go on to the next. */
  async #learnNext(first: Exchange, size: number): Promise<void> {
    if (!first.response || !this.items) return;
    const candidates = nextPages(first.response, this.items);
    for (const next of candidates) {
      if (await this.#leadsOn(first, next, size)) {
        this.next = { ...next, verified: true };
        return;
      }
    }
    // Kept all the same: a bug at the border between pages must not read as a list without pages.
    this.next ??= candidates[0];
  }

  /**
   * Goes through every page, or so many at most; without a wanted size in pages as large as the target makes them.
   * @returns the widgets that are listed, in order, those that were seen where it was not seen whole
   */
  async walk(
    wanted: number | undefined,
    origin?: Origin,
    mostPages = Number.POSITIVE_INFINITY,
  ): Promise<readonly JsonObject[]> {
    // Where new widgets were not listed there was nothing to learn from before.
    if (!this.items) await this.learn();
    const limit = wanted && Math.min(wanted, this.#largest);
    const seen = new SeenPages(mostPages, this.#mostEmpty);
    let cursor: string | undefined;
    while (seen.mayGoOn) {
      const page = await this.#page(pageQuery(limit, cursor), 2, origin);
      const items = this.#itemsOn(page);
      if (!page || !items) break;
      cursor = await this.#cursorAfter(page, items, limit);
      // Where nobody knows how to go on, a full page proves nothing of what is on no page.
      const isEnd = cursor === undefined && (this.next !== undefined || items.length < (limit ?? 0));
      seen.add(page, items, { cursor, isEnd });
    }
    if (seen.isEndless) this.#mostEmpty = mostEmptyPages;
    const { calls, whole, listed } = seen;
    // What others have made in the organization proves nothing of its list.
    if (calls.length > 0 && origin?.lane !== "foreign") this.walks.push({ calls, whole });
    if (calls.length > 1 && listed.length > (limit ?? 0)) this.#countLearned();
    return listed;
  }

  /** Counts as walks what was read to learn how to go on, where the way that a walk has just gone was tried. */
  #countLearned(): void {
    const isAlike = ({ next }: { readonly next: NextPage }) => isSamePlace(next, this.next);
    for (const { pages, at } of this.#learned.splice(0).filter(isAlike).reverse()) {
      this.walks.splice(at, 0, { calls: [...pages], whole: true });
    }
  }

  /** How a walk goes on from a page; tells too how large pages are. */
  async #cursorAfter(page: Exchange, items: readonly JsonObject[], limit?: number): Promise<string | undefined> {
    // The page that was to show how to go on may have been a short one.
    if (!this.next && limit && items.length >= limit) await this.#learnNext(page, limit);
    const cursor = this.#cursorOn(page);
    if (cursor === undefined) return undefined;
    if (limit === this.#largest) this.#fullest = Math.max(this.#fullest, items.length);
    this.lastCursor = cursor;
    return cursor;
  }

  /**
   * Polls pages from the first one on, until all of some widgets have been shown, or so many pages.
   * @param probe where no documented rule is to be judged by it
   */
  async poll(ids: readonly string[], mostPages: number, probe?: RuleId): Promise<Polled> {
    const shown = new Map<string, JsonObject>();
    let cursor: string | undefined;
    for (let pages = 1; ; pages++) {
      const query = pageQuery(this.#largest, cursor);
      const page = await this.#wire.send({ operation: "listWidgets", query, priority: 0, ...defined({ probe }) });
      for (const item of this.#itemsOn(page) ?? []) shown.set(String(item["id"]), item);
      cursor = this.#cursorOn(page);
      const areAll = ids.every((id) => shown.has(id));
      if (areAll || cursor === undefined || pages === mostPages) return { shown, areAll, pages };
    }
  }

  #cursorOn({ response }: Exchange): string | undefined {
    return this.next && response && cursorOf(response, this.next);
  }

  /**
   * A cursor is one if what it leads to is not empty and shares nothing with the page that gave it. Pages may be empty
   * while more follows, so it is followed for a few.
   */
  async #leadsOn(first: Exchange, next: NextPage, size: number): Promise<boolean> {
    let page: Exchange | undefined = first;
    const pages = [first.n];
    const before = this.#idsOn(first);
    for (let step = 0; step < mostEmptyPages; step++) {
      const cursor: string | undefined = page?.response && cursorOf(page.response, next);
      if (cursor === undefined) {
        if (this.#itemsOn(page) && pages.length > 1) this.#learned.push({ pages, next, at: this.walks.length });
        return false;
      }
      page = await this.#page(pageQuery(size, cursor), 1);
      if (page) pages.push(page.n);
      const after = this.#idsOn(page);
      if (after.length > 0) return !after.some((id) => before.includes(id));
    }
    return false;
  }

  #idsOn(page: Exchange | undefined): string[] {
    return this.#itemsOn(page)?.map(({ id }) => String(id)) ?? [];
  }

  #itemsOn(page: Exchange | undefined): JsonObject[] | undefined {
    return page?.response && this.items && itemsAt(page.response.body, this.items);
  }

  /** Undefined where the budget for lists is used up, or there is no list. */
  async #page(
    query: NonNullable<WireCall["query"]>,
    priority: Priority,
    origin?: Origin,
  ): Promise<Exchange | undefined> {
    if (this.#callsLeft <= 0 || this.#wire.neverWorks("listWidgets")) return undefined;
    this.#callsLeft--;
    return this.#wire.send({ operation: "listWidgets", query, priority, ...defined({ origin }) });
  }
}

function isSamePlace(one: NextPage, other: NextPage | undefined): boolean {
  const placeOf = (next: NextPage) => (next.in === "link" ? next.in : next.place.join("/"));
  return other !== undefined && placeOf(one) === placeOf(other);
}

function pageQuery(limit: number | undefined, cursor?: string): NonNullable<WireCall["query"]> {
  return defined({ limit: limit?.toString(), cursor });
}
