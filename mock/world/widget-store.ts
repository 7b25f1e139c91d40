import { type Belongings, belongingsOf } from "./belongings.ts";
import { OrderedMap } from "./ordered-map.ts";
import { fateOf } from "./site.ts";
import type { Widget } from "./widget.ts";

/** A widget without what its site and its members say anyway. */
type KeptWidget = Omit<Widget, "fate" | "text">;

/** The widgets of a world, oldest first, and the deleted ids with what was left, as a snapshot has them. */
export interface WidgetsState {
  readonly live: readonly KeptWidget[];
  readonly gone: readonly (readonly [id: string, left: Belongings | null])[];
}

/** The widgets of a world, by id and in the order of creation; nothing costs more than the logarithm of their number. */
export class WidgetStore {
  readonly #byId = new Map<string, Widget>();
  readonly #byOrder = new OrderedMap<number, Widget>();
  /** Deleted ids, with what the cascade left of their widgets. */
  readonly #gone = new Map<string, Belongings | undefined>();

  get(id: string): Widget | undefined {
    return this.#byId.get(id);
  }

  /** Whether a widget with this id was here once and was deleted. */
  isGone(id: string): boolean {
    return this.#gone.has(id);
  }

  has(id: string): boolean {
    return this.#byId.has(id) || this.#gone.has(id);
  }

  hasOrder(order: number): boolean {
    return this.#byOrder.has(order);
  }

  add(widget: Widget): void {
    this.#byId.set(widget.id, widget);
    this.#byOrder.set(widget.order, widget);
  }

  remove(widget: Widget, left: Belongings | undefined): void {
    this.#byId.delete(widget.id);
    this.#byOrder.delete(widget.order);
    this.#gone.set(widget.id, left);
  }

  /** What is there of a widget, or is left of one that was deleted. */
  belongings(id: string): Belongings | undefined {
    const widget = this.#byId.get(id);
    return widget ? belongingsOf(widget) : this.#gone.get(id);
  }

  /** Up to `count` widgets from next to `order` on, towards newer or older ones; undefined begins at the end. */
  from(order: number | undefined, direction: "newer" | "older", count: number): Widget[] {
    const found: Widget[] = [];
    let at = order;
    while (found.length < count) {
      const next = direction === "older" ? this.#byOrder.nextLowerPair(at) : this.#byOrder.nextHigherPair(at);
      if (!next) break;
      at = next[0];
      found.push(next[1]);
    }
    return found;
  }

  /** Every widget, oldest first. */
  all(): IterableIterator<Widget> {
    return this.#byOrder.values();
  }

  save(): WidgetsState {
    return {
      live: [...this.all()].map(({ fate, text, ...kept }) => kept),
      gone: [...this.#gone].map(([id, left]) => [id, left ?? null]),
    };
  }

  load({ live, gone }: WidgetsState): void {
    this.#byId.clear();
    this.#byOrder.clear();
    this.#gone.clear();
    for (const widget of live) this.add({ ...widget, fate: fateOf(widget.siteHost), text: undefined });
    for (const [id, left] of gone) this.#gone.set(id, left ?? undefined);
  }
}
