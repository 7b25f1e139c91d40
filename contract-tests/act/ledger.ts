/** Where a run writes what it makes, before it makes it: so that exactly that can be taken away again, whatever happens. */
export interface Ledger {
  /** A widget of this name is about to be created for a site. */
  intend(name: string, site: string): void;
  /** It was, with this id. */
  made(name: string, id: string): void;
  /** It is deleted. */
  gone(id: string): void;
}

/** A ledger that nobody reads. */
export const noLedger: Ledger = { intend: () => undefined, made: () => undefined, gone: () => undefined };
