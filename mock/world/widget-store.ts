import type { JsonObject } from "../../spec/merge-patch.ts";
import type { CascadeParts } from "./cascade-parts.ts";
import type { Configuration } from "./configuration.ts";
import { crawlPlanOf } from "./crawl-plan.ts";
import { OrderedMap } from "./ordered-map.ts";
import type { StoredWidget } from "./widget.ts";
import type { WidgetOwners } from "./widget-owners.ts";

/** A widget without what can be derived from its other members. */
type SavedWidget = Pick<
  StoredWidget,
  "id" | "order" | "createdAt" | "siteUrl" | "siteHost" | "state" | "lastCrawl" | "index"
> & { readonly configuration: JsonObject };

/** The widgets of a world, oldest first, and the deleted ids with the parts that remain, as a snapshot has them. */
export interface WidgetsState {
  readonly live: readonly SavedWidget[];
  readonly gone: readonly (readonly [id: string, left: CascadeParts | null])[];
}

/** The widgets of a world, by id and in the order of creation. No operation is slower than logarithmic. */
export class WidgetStore {
  readonly #byId = new Map<string, StoredWidget>();
  readonly #byOrder = new OrderedMap<number, StoredWidget>();
  /** Deleted ids, with the parts that the cascade left of their widgets. */
  readonly #gone = new Map<string, CascadeParts | undefined>();
  readonly #organization: string;
  readonly #owners: WidgetOwners;

  constructor(organization: string, owners: WidgetOwners) {
    this.#organization = organization;
    this.#owners = owners;
  }

  get(id: string): StoredWidget | undefined {
    return this.#byId.get(id);
  }

  /** True if the widget with this id was deleted. */
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
    this.#owners.add(widget.id, this.#organization);
  }

  remove(widget: StoredWidget, left: CascadeParts | undefined): void {
    this.#byId.delete(widget.id);
    this.#byOrder.delete(widget.order);
    this.#gone.set(widget.id, left);
  }

  /** Drops every widget and every deleted id. */
  clear(): void {
    for (const id of [...this.#byId.keys(), ...this.#gone.keys()]) this.#owners.delete(id);
    this.#byId.clear();
    this.#byOrder.clear();
    this.#gone.clear();
  }

  /** The parts that remain of a deleted widget. */
  partsLeftOf(id: string): CascadeParts | undefined {
    return this.#gone.get(id);
  }

  /** Up to `count` widgets after `order`, towards newer or older ones; without `order`, from that end of the list. */
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

  save({ complete }: Configuration): WidgetsState {
    return {
      live: [...this.values()].map((widget) => {
        const { id, order, createdAt, siteUrl, siteHost, state, lastCrawl, index } = widget;
        const configuration = complete(widget);
        return { id, order, createdAt, siteUrl, siteHost, state, configuration, lastCrawl, index };
      }),
      gone: [...this.#gone].map(([id, left]) => [id, left ?? null]),
    };
  }

  load({ live, gone }: WidgetsState): void {
    this.clear();
    for (const { configuration, ...kept } of live) {
      this.add({ ...kept, crawlPlan: crawlPlanOf(kept.siteHost), written: configuration, text: undefined });
    }
    for (const [id, left] of gone) {
      this.#gone.set(id, left ?? undefined);
      this.#owners.add(id, this.#organization);
    }
  }
}
