import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

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

/** The name of a run's ledger inside the folder of its report. */
export const ledgerFile = "ledger.jsonl";

/** Writes down what a run makes, as it makes it: what is there was there before. */
export function ledgerIn(folder: string): Ledger {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, ledgerFile);
  writeFileSync(file, "");
  const note = (entry: object) => appendFileSync(file, `${JSON.stringify(entry)}\n`);
  return {
    intend: (name, site) => note({ intend: name, site }),
    made: (name, id) => note({ made: name, id }),
    gone: (id) => note({ gone: id }),
  };
}
