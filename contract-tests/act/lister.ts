import type { JsonObject } from "../../spec/merge-patch.ts";
import { defined } from "../defined.ts";
import { type Exchange, isOfValues } from "../history/exchange.ts";
import type { NextPage, Walk } from "../history/history.ts";
import type { Origin } from "../history/origin.ts";
import { cursorOf, nextPages } from "../history/pages.ts";
import { itemsAt, type MemberPath, onlyPlace, placeOfItems } from "../history/views.ts";
import type { Priority } from "./pace.ts";
import type { Wire, WireCall } from "./wire.ts";

/** What a bulk read asks for at once, and what instead where that is refused (A-LIST-2). */
const bulkSizes = [100, 50, 25, 10];

/** After so many empty pages nobody believes that more follows. */
const mostEmptyPages = 3;

/** What pages have shown, by the ids of widgets, and whether that was all that was wanted. */
interface Polled {
  readonly shown: ReadonlyMap<string, JsonObject>;
  readonly areAll: boolean;
  readonly pages: number;
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
  /** The largest page that is not refused, as far as that is known. */
  #largest = 100;

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
    const first = await this.#page(pageQuery(1), 1);
    if (first) await this.#learnNext(first);
  }

  /** A page that is as large as the target allows. */
  async #bulkPage(): Promise<Exchange | undefined> {
    let page: Exchange | undefined;
    for (const size of bulkSizes.filter((one) => one <= this.#largest)) {
      page = await this.#page(pageQuery(size), 1);
      if (!isOfValues(page?.response)) {
        this.#largest = size;
        break;
      }
    }
    return page;
  }

  /** Learns from a page how to go on to the next. */
  async #learnNext(first: Exchange): Promise<void> {
    if (!first.response || !this.items) return;
    const candidates = nextPages(first.response, this.items);
    for (const next of candidates) {
      if (await this.#leadsOn(first, next)) {
        this.next = { ...next, verified: true };
        return;
      }
    }
    // Kept all the same: a bug at the border between pages must not read as a list without pages.
    this.next = candidates[0];
  }

  /**
   * Goes through every page.
   * @returns the widgets that are listed, in order, those that were seen where it was not seen whole
   */
  async walk(wanted: number, origin?: Origin): Promise<readonly JsonObject[]> {
    // Where new widgets were not listed there was nothing to learn from before.
    if (!this.items) await this.learn();
    const limit = Math.min(wanted, this.#largest);
    const calls: number[] = [];
    const listed: JsonObject[] = [];
    const cursors = new Set<string>();
    let cursor: string | undefined;
    let whole = false;
    for (;;) {
      const page = await this.#page(pageQuery(limit, cursor), 2, origin);
      const items = this.#itemsOn(page);
      if (!page || !items) break;
      calls.push(page.n);
      listed.push(...items);
      const isFull = items.length >= limit;
      // The page that was to show how to go on may have been a short one.
      if (!this.next && isFull) await this.#learnNext(page);
      cursor = this.#cursorOn(page);
      // Where nobody knows how to go on, a full page proves nothing of what is on no page.
      whole = cursor === undefined && (this.next !== undefined || !isFull);
      // A cursor that comes again would lead round and round.
      if (cursor === undefined || cursors.has(cursor)) break;
      cursors.add(cursor);
      this.lastCursor = cursor;
    }
    if (calls.length > 0) this.walks.push({ calls, whole });
    return listed;
  }

  /** Polls pages from the first one on, until all of some widgets have been shown, or so many pages. */
  async poll(ids: readonly string[], mostPages: number): Promise<Polled> {
    const shown = new Map<string, JsonObject>();
    let cursor: string | undefined;
    for (let pages = 1; ; pages++) {
      const query = pageQuery(this.#largest, cursor);
      const page = await this.#wire.send({ operation: "listWidgets", query, priority: 0 });
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
  async #leadsOn(first: Exchange, next: NextPage): Promise<boolean> {
    let page: Exchange | undefined = first;
    const before = this.#idsOn(first);
    for (let step = 0; step < mostEmptyPages; step++) {
      const cursor: string | undefined = page?.response && cursorOf(page.response, next);
      if (cursor === undefined) return false;
      page = await this.#page(pageQuery(1, cursor), 1);
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

function pageQuery(limit: number, cursor?: string): NonNullable<WireCall["query"]> {
  return { limit: String(limit), ...defined({ cursor }) };
}
