import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { CallerRole } from "../history/exchange.ts";
import { writeInside } from "../write-inside.ts";

/** Where a run writes what it makes, before it makes it: so that exactly that can be taken away again, whatever happens. */
export interface Ledger {
  /** A widget of this name is about to be created for a site. */
  intend(name: string, site: string): void;
  /** It was, with this id, by a caller: only that one may delete it. */
  made(name: string, id: string, caller?: CallerRole): void;
  /** It is deleted. */
  gone(id: string): void;
  /** Where it is; undefined where that is nowhere. */
  readonly file?: string | undefined;
  /** Why it is not complete. */
  readonly problem?: string | undefined;
  /** Is told that nothing is left of what the run has made. */
  settle?(): void;
}

/** A ledger that nobody reads. */
export const noLedger: Ledger = { intend: () => undefined, made: () => undefined, gone: () => undefined };

/** The name of a run's ledger inside the folder of its report. */
export const ledgerFile = "ledger.jsonl";

/**
 * The ledger of a run in the folder of its report.
 * @throws Error where it cannot be written
 */
export function ledgerIn(folder: string): Ledger {
  writeInside(folder, ledgerFile, "");
  return new FileLedger(join(folder, ledgerFile));
}

/** The ledger of a run without a report, in a new folder for temporary files: it is removed where nothing is left. */
export function temporaryLedger(): Ledger {
  try {
    return new FileLedger(join(mkdtempSync(join(tmpdir(), "widgets-mock-")), ledgerFile), true);
  } catch (error) {
    return { ...noLedger, problem: (error as Error).message };
  }
}

/** Writes down what a run makes, as it makes it: what is there was there before. A run goes on where that fails. */
class FileLedger implements Ledger {
  readonly file: string;
  readonly #isTemporary: boolean;
  /** The lines that could not be written. */
  #missing: string[] = [];
  #problem: string | undefined;

  constructor(file: string, isTemporary = false) {
    this.file = file;
    this.#isTemporary = isTemporary;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  intend(name: string, site: string): void {
    this.#note({ intend: name, site });
  }

  made(name: string, id: string, caller: CallerRole = "own"): void {
    this.#note({ made: name, id, ...(caller === "own" ? {} : { caller }) });
  }

  gone(id: string): void {
    this.#note({ gone: id });
  }

  settle(): void {
    if (this.#isTemporary) rmSync(dirname(this.file), { recursive: true, force: true });
  }

  #note(entry: object): void {
    this.#missing.push(`${JSON.stringify(entry)}\n`);
    try {
      // A disk that was full may have taken half a line.
      appendFileSync(this.file, (this.#problem === undefined ? "" : "\n") + this.#missing.join(""));
      this.#missing = [];
      this.#problem = undefined;
    } catch (error) {
      this.#problem = (error as Error).message;
    }
  }
}
