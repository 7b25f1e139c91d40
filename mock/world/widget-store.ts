import { crawlPlanOf } from "./crawl-plan.ts";
import { OrderedMap } from "./ordered-map.ts";
import type { StoredWidget } from "./widget.ts";
import { readWidgetParts, type WidgetParts } from "./widget-parts.ts";

/** A widget without what its site and its members say anyway. */
type SavedWidget = Omit<StoredWidget, "crawlPlan" | "text">;

/** The widgets of a world, oldest first, and the deleted ids with what was left, as a snapshot has them. */
export interface WidgetsState {
  readonly live: readonly SavedWidget[];
  readonly gone: readonly (readonly [id: string, left: WidgetParts | null])[];
}

/** The widgets of a world, by id and in the order of creation; nothing costs more than the logarithm of their number. */
export class WidgetStore {
  readonly #byId = new Map<string, StoredWidget>();
  readonly #byOrder = new OrderedMap<number, StoredWidget>();
  /** Deleted ids, with what the cascade left of their widgets. */
  readonly #gone = new Map<string, WidgetParts | undefined>();

  get(id: string): StoredWidget | undefined {
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

  add(widget: StoredWidget): void {
    this.#byId.set(widget.id, widget);
    this.#byOrder.set(widget.order, widget);
  }

  remove(widget: StoredWidget, left: WidgetParts | undefined): void {
    this.#byId.delete(widget.id);
    this.#byOrder.delete(widget.order);
    this.#gone.set(widget.id, left);
  }

  /** What is there of a widget, or is left of one that was deleted. */
  partsOf(id: string): WidgetParts | undefined {
    const widget = this.#byId.get(id);
    return widget ? readWidgetParts(widget) : this.#gone.get(id);
  }

  /** Up to `count` widgets from next to `order` on, towards newer or older ones; undefined begins at the end. */
  from(order: number | undefined, direction: "newer" | "older", count: number): StoredWidget[] {
    const found: StoredWidget[] = [];
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
  values(): IterableIterator<StoredWidget> {
    return this.#byOrder.values();
  }

  save(): WidgetsState {
    return {
      live: [...this.values()].map(({ crawlPlan, text, ...kept }) => kept),
      gone: [...this.#gone].map(([id, left]) => [id, left ?? null]),
    };
  }

  load({ live, gone }: WidgetsState): void {
    this.#byId.clear();
    this.#byOrder.clear();
    this.#gone.clear();
    for (const widget of live) this.add({ ...widget, crawlPlan: crawlPlanOf(widget.siteHost), text: undefined });
    for (const [id, left] of gone) this.#gone.set(id, left ?? undefined);
  }
}
