import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ledger } from "./ledger.ts";

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
