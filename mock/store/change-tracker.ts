import type { ChangeListener, Changes, ReadRow } from "./changes.ts";
import type { RowChange, WorldChange } from "./row.ts";

/** What has the rows of an organization. */
export interface RowSource {
  readonly changes: Changes | undefined;
  readonly readRow: ReadRow;
  /** All rows but those that may be lost, as they are when the first one is asked for. */
  allRows(): Iterable<RowChange>;
  /** All rows that may be lost. */
  lossyRows(): Iterable<RowChange>;
}

/** What is known of an organization since the last `take`. */
interface Entry {
  /** Undefined if it is gone. */
  source: RowSource | undefined;
  isWhole: boolean;
  hasChanged: boolean;
}

/** Everything that was changed in a mock since it was taken last. */
export class ChangeTracker {
  readonly #entries = new Map<string, Entry>();
  #isDirty = false;
  /** Called when something is changed for the first time since the last `take`. */
  onDirty: () => void = () => undefined;
  /** Called for each change that may be lost. */
  onLossy: () => void = () => undefined;

  /** True if something was changed that must not be lost. */
  get isDirty(): boolean {
    return this.#isDirty;
  }

  /** True if something of an organization was changed that must not be lost. */
  hasChanged(organization: string): boolean {
    return this.#entries.get(organization)?.hasChanged ?? false;
  }

  /** The organizations of which something was changed. */
  get organizations(): string[] {
    return [...this.#entries.keys()];
  }

  /** Tracks an organization from now on. All of its rows count as changed, unless they are as they were loaded. */
  place(organization: string, source: RowSource, { isLoaded = false } = {}): void {
    const { changes } = source;
    if (!changes) return;
    changes.detach();
    changes.attach(this.#listenerOf(organization, source));
    if (isLoaded) return;
    // Behind those that were placed before it, as in the mock, where one of its name was there already.
    this.#entries.delete(organization);
    this.#entries.set(organization, { source, isWhole: true, hasChanged: true });
    this.#setDirty();
  }

  /** Tracks an organization no more. It is gone, unless only its copy is forgotten. */
  end(organization: string, { changes }: RowSource, { isForgotten = false } = {}): void {
    if (!changes) return;
    changes.detach();
    if (isForgotten) this.#entries.delete(organization);
    else {
      this.#entries.set(organization, { source: undefined, isWhole: true, hasChanged: true });
      this.#setDirty();
    }
  }

  /** Everything that was changed since the last time, as it is now. */
  take(): WorldChange[] {
    this.#isDirty = false;
    const changes: WorldChange[] = [];
    for (const [organization, entry] of this.#entries) {
      const change = changeOf(organization, entry);
      if (change) changes.push(change);
    }
    this.#entries.clear();
    return changes;
  }

  #listenerOf(organization: string, source: RowSource): ChangeListener {
    const entryOf = () => {
      let entry = this.#entries.get(organization);
      if (!entry) {
        entry = { source, isWhole: false, hasChanged: false };
        this.#entries.set(organization, entry);
      }
      return entry;
    };
    return {
      onChange: () => {
        entryOf().hasChanged = true;
        this.#setDirty();
      },
      onLossyChange: () => {
        entryOf();
        this.onLossy();
      },
    };
  }

  #setDirty(): void {
    if (this.#isDirty) return;
    this.#isDirty = true;
    this.onDirty();
  }
}

function changeOf(organization: string, { source, isWhole }: Entry): WorldChange | undefined {
  const changes = source?.changes;
  if (!source || !changes) return { organization, isWhole, rows: [], lossy: [] };
  if (isWhole) {
    changes.forget();
    const rows = captured(source.allRows());
    return { organization, isWhole, rows, lossy: [...source.lossyRows()] };
  }
  const rows = changes.take(source.readRow);
  const lossy = changes.takeLossy(source.readRow);
  return rows.length === 0 && lossy.length === 0 ? undefined : { organization, isWhole, rows, lossy };
}

/** Rows that are captured now, when the first one is asked for, and read later. */
function captured(rows: Iterable<RowChange>): Iterable<RowChange> {
  const iterator = rows[Symbol.iterator]();
  const first = iterator.next();
  return (function* () {
    for (let next = first; !next.done; next = iterator.next()) yield next.value;
  })();
}
