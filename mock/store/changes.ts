import { type RowChange, type RowKind, rowKinds } from "./row.ts";

/** What hears of changes. */
export interface ChangeListener {
  /** Called for the first change since the last `take`. */
  onChange(): void;
  /** Called for the first one that may be lost. */
  onLossyChange(): void;
}

/** Reads a row as it is now; undefined if there is none. */
export type ReadRow = (kind: RowKind, key: string) => string | undefined;

/**
 * The rows of an organization that were changed since they were taken last. It exists only where there is a store, and
 * counts nothing before it is attached.
 */
export class Changes {
  /** By kind and key: true if the row was removed meanwhile, so that it comes behind the others if it is there again. */
  readonly #marks = new Map<RowKind, Map<string, boolean>>();
  #lossy: { readonly kind: RowKind; readonly key: string; readonly part: object }[] = [];
  #listener: ChangeListener | undefined;
  #isMarked = false;
  #isCountMarked = false;
  #head = "";

  /** Starts to count. */
  attach(listener: ChangeListener): void {
    this.#listener = listener;
  }

  /** Counts nothing any more. */
  detach(): void {
    this.#listener = undefined;
    this.forget();
  }

  /** Counts nothing of what is done meanwhile: it comes from the store. */
  uncounted(act: () => void): void {
    const listener = this.#listener;
    this.#listener = undefined;
    try {
      act();
    } finally {
      this.#listener = listener;
    }
  }

  added(kind: RowKind, key: string): void {
    const marks = this.#marksOf(kind);
    if (!marks) return;
    const wasRemoved = marks.get(key) ?? false;
    marks.delete(key);
    marks.set(key, wasRemoved);
  }

  changed(kind: RowKind, key: string): void {
    const marks = this.#marksOf(kind);
    if (marks && !marks.has(key)) marks.set(key, false);
  }

  removed(kind: RowKind, key: string): void {
    this.#marksOf(kind)?.set(key, true);
  }

  /** Marks what is there once only: the row `world` or `mock`. */
  changedHead(kind: "world" | "mock"): void {
    this.changed(kind, "");
  }

  /** Notes that a request id was drawn. */
  counted(): void {
    if (!this.#listener) return;
    this.#isCountMarked = true;
    this.#listener.onLossyChange();
  }

  /** Notes a part that may be lost. */
  noted(kind: "request" | "happening", key: string, part: object): void {
    if (!this.#listener) return;
    this.#lossy.push({ kind, key, part });
    this.#listener.onLossyChange();
  }

  /** Forgets what was changed. */
  forget(): void {
    this.#marks.clear();
    this.#lossy = [];
    this.#isMarked = false;
    this.#isCountMarked = false;
    this.#head = "";
  }

  /** The rows that were changed, as they are now, and forgets them. */
  take(readRow: ReadRow): RowChange[] {
    const rows: RowChange[] = [];
    for (const kind of rowKinds) {
      for (const [key, wasRemoved] of this.#marks.get(kind) ?? []) {
        const json = readRow(kind, key);
        if (this.#isHeadAsBefore(kind, json)) continue;
        if (wasRemoved && json !== undefined) rows.push({ kind, key, json: undefined });
        rows.push({ kind, key, json });
      }
    }
    this.#marks.clear();
    this.#isMarked = false;
    return rows;
  }

  /** True for a head that was marked and is as it was written last. */
  #isHeadAsBefore(kind: RowKind, json: string | undefined): boolean {
    if ((kind !== "world" && kind !== "mock") || json === undefined) return false;
    if (json === this.#head) return true;
    this.#head = json;
    return false;
  }

  /** The rows that may be lost and were added, and forgets them. */
  takeLossy(readRow: ReadRow): RowChange[] {
    const rows: RowChange[] = this.#lossy.map(({ kind, key, part }) => ({ kind, key, json: JSON.stringify(part) }));
    if (this.#isCountMarked) rows.push({ kind: "count", key: "", json: readRow("count", "") });
    this.#lossy = [];
    this.#isCountMarked = false;
    return rows;
  }

  #marksOf(kind: RowKind): Map<string, boolean> | undefined {
    if (!this.#listener) return undefined;
    if (!this.#isMarked) {
      this.#isMarked = true;
      this.#listener.onChange();
    }
    let marks = this.#marks.get(kind);
    if (!marks) {
      marks = new Map();
      this.#marks.set(kind, marks);
    }
    return marks;
  }
}
