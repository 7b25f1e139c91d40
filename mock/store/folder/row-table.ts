import { type RowChange, type RowKind, rowKinds } from "../row.ts";
import type { LogRecord } from "./record.ts";

/** The rows of organizations, as they are read from files one change after the other. */
export class RowTable {
  readonly #organizations = new Map<string, Map<RowKind, Map<string, object>>>();
  readonly #only: ReadonlySet<string> | undefined;

  /** @param only the organizations that are wanted (default: all) */
  constructor(only?: ReadonlySet<string>) {
    this.#only = only;
  }

  get organizations(): IterableIterator<string> {
    return this.#organizations.keys();
  }

  apply({ organization, isWhole, rows }: LogRecord): void {
    if (this.#only && !this.#only.has(organization)) return;
    if (isWhole) this.#organizations.delete(organization);
    for (const [kind, key, part] of rows) {
      const ofKind = this.#rowsOf(organization, kind);
      if (part === undefined) ofKind.delete(key);
      else ofKind.set(key, part);
    }
  }

  /** The rows of an organization, in the order in which they are loaded. */
  *rows(organization: string): Generator<RowChange> {
    for (const kind of rowKinds) {
      const rows = this.#organizations.get(organization)?.get(kind) ?? [];
      for (const [key, part] of rows) yield { kind, key, json: JSON.stringify(part) };
    }
  }

  /** Forgets the rows of an organization, when they are loaded. */
  forget(organization: string): void {
    this.#organizations.delete(organization);
  }

  #rowsOf(organization: string, kind: RowKind): Map<string, object> {
    let ofWorld = this.#organizations.get(organization);
    if (!ofWorld) {
      ofWorld = new Map();
      this.#organizations.set(organization, ofWorld);
    }
    let ofKind = ofWorld.get(kind);
    if (!ofKind) {
      ofKind = new Map();
      ofWorld.set(kind, ofKind);
    }
    return ofKind;
  }
}
