import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import type { Changes } from "../store/changes.ts";
import type { CascadeParts } from "./cascade-parts.ts";
import { SortedItems } from "./sorted-items.ts";
import { roughBytes, type WorldBytes } from "./stored-bytes.ts";
import type { StoredWidget } from "./widget.ts";
import type { WidgetOwners } from "./widget-owners.ts";

/** Memory that a widget takes beside its text, and a deleted id, roughly. */
const bytesOfWidget = 700;
const bytesOfDeletedId = 200;

/** A widget as it was at some time: what could change, beside the widget itself. */
export interface CapturedWidget extends Pick<StoredWidget, "state" | "lastCrawl" | "index" | "written"> {
  readonly widget: StoredWidget;
}

/** What widgets are ordered by. */
type Ordered = Pick<StoredWidget, "order">;

/** What the widgets of a world need of it. */
interface WidgetStoreSettings {
  readonly owners: WidgetOwners;
  readonly maxGone: number;
  readonly stored: WorldBytes;
  readonly changes: Changes | undefined;
}

/** The widgets of a world, by id and in the order of creation. No operation takes much longer among a million than among a few. */
export class WidgetStore {
  readonly #byId = new Map<string, StoredWidget>();
  readonly #byOrder = new SortedItems<Ordered, StoredWidget>((one, other) => one.order - other.order);
  /** Deleted ids, with the parts that the cascade left of their widgets. */
  readonly #gone = new Map<string, CascadeParts | undefined>();
  readonly #organization: string;
  #owners: WidgetOwners;
  readonly #maxGone: number;
  readonly #stored: WorldBytes;
  readonly #changes: Changes | undefined;

  constructor(organization: string, { owners, maxGone, stored, changes }: WidgetStoreSettings) {
    this.#organization = organization;
    this.#owners = owners;
    this.#maxGone = maxGone;
    this.#stored = stored;
    this.#changes = changes;
  }

  /** Number of widgets. */
  get size(): number {
    return this.#byId.size;
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
    return this.#byOrder.has({ order });
  }

  add(widget: StoredWidget): void {
    this.#byId.set(widget.id, widget);
    this.#byOrder.add(widget);
    this.#owners.add(widget.id, this.#organization);
    this.#stored.add(bytesOf(widget));
    this.#changes?.added("widget", widget.id);
  }

  remove(widget: StoredWidget, left: CascadeParts | undefined): void {
    this.drop(widget);
    this.addGone(widget.id, left);
  }

  /** Forgets a widget as if it had never been there. */
  drop(widget: StoredWidget): void {
    this.#byId.delete(widget.id);
    this.#byOrder.delete(widget);
    this.#owners.delete(widget.id);
    this.#stored.add(-bytesOf(widget));
    this.#changes?.removed("widget", widget.id);
  }

  /** Forgets a deleted id. */
  dropGone(id: string): void {
    if (!this.#gone.has(id)) return;
    this.#stored.add(-bytesOfGone(this.#gone.get(id)));
    this.#gone.delete(id);
    this.#owners.delete(id);
    this.#changes?.removed("deleted", id);
  }

  /** Notes that something of a widget was changed. */
  noteChange({ id }: StoredWidget): void {
    this.#changes?.changed("widget", id);
  }

  /** Replaces what was written of a widget. */
  rewrite(widget: StoredWidget, written: JsonObject): void {
    this.#stored.add(-bytesOf(widget));
    widget.written = written;
    widget.json = undefined;
    this.#stored.add(bytesOf(widget));
    this.noteChange(widget);
  }

  /** Keeps a deleted id, and forgets the oldest one if there are too many. */
  addGone(id: string, left: CascadeParts | undefined): void {
    this.#gone.set(id, left);
    this.#owners.add(id, this.#organization);
    this.#stored.add(bytesOfGone(left));
    this.#changes?.added("deleted", id);
    for (const oldest of this.#gone.keys()) {
      if (this.#gone.size <= this.#maxGone && !(this.#stored.isFull && this.#gone.size > 1)) return;
      this.dropGone(oldest);
    }
  }

  /** Takes every id out of the index. */
  end(): void {
    for (const id of this.#byId.keys()) this.#owners.delete(id);
    for (const id of this.#gone.keys()) this.#owners.delete(id);
  }

  /** Takes every id into another index. */
  moveTo(owners: WidgetOwners): void {
    this.#owners = owners;
    for (const id of this.#byId.keys()) owners.add(id, this.#organization);
    for (const id of this.#gone.keys()) owners.add(id, this.#organization);
  }

  /** The parts that remain of a deleted widget. */
  partsLeftOf(id: string): CascadeParts | undefined {
    return this.#gone.get(id);
  }

  /** Up to `count` widgets after `order`, towards newer or older ones; without `order`, from that end of the list. */
  from(order: number | undefined, direction: "newer" | "older", count: number): StoredWidget[] {
    const start = order === undefined ? undefined : { order };
    return direction === "older" ? this.#byOrder.before(start, count) : this.#byOrder.after(start, count);
  }

  /** Every widget, oldest first. */
  values(): IterableIterator<StoredWidget> {
    return this.#byOrder.values();
  }

  /**
   * The widgets as they are now, oldest first, to be read later. Whatever changes of a widget is replaced whole, so that a
   * hundred thousand are captured in a few milliseconds.
   */
  capture(): Iterable<CapturedWidget> {
    const { size } = this;
    const widgets = new Array<StoredWidget>(size);
    const states = new Array<string>(size);
    const crawls = new Array<StoredWidget["lastCrawl"]>(size);
    const indexes = new Array<StoredWidget["index"]>(size);
    const written = new Array<JsonObject>(size);
    let at = 0;
    for (const widget of this.#byOrder.values()) {
      widgets[at] = widget;
      states[at] = widget.state;
      crawls[at] = widget.lastCrawl;
      indexes[at] = widget.index;
      written[at++] = widget.written;
    }
    return (function* () {
      for (const [at, widget] of widgets.entries()) {
        const [state, lastCrawl, index, text] = [states[at], crawls[at], indexes[at], written[at]];
        if (state !== undefined && lastCrawl && text) yield { widget, state, lastCrawl, index, written: text };
      }
    })();
  }

  /** The deleted ids as they are now, oldest first, to be read later. */
  captureGone(): Iterable<readonly [id: string, left: CascadeParts | undefined]> {
    const [ids, left] = [[...this.#gone.keys()], [...this.#gone.values()]];
    return (function* () {
      for (const [at, id] of ids.entries()) yield [id, left[at]] as const;
    })();
  }
}

function bytesOfGone(left: CascadeParts | undefined): number {
  return left === undefined ? bytesOfDeletedId : roughBytes(JSON.stringify(left), bytesOfDeletedId);
}

function bytesOf({ siteUrl, written }: StoredWidget): number {
  return roughBytes({ length: siteUrl.length + charactersIn(written) }, bytesOfWidget);
}

/** Number of characters in the texts of a value. */
function charactersIn(value: Json): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  let count = 0;
  for (const part of Object.values(value)) count += charactersIn(part);
  return count;
}
