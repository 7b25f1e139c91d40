import type { Engine } from "../../engine.ts";
import { snapshotHeader } from "../../snapshot/snapshot-text.ts";
import { StoreError } from "../store-error.ts";
import type { LogRecord } from "./record.ts";

/** Counts up whenever an older store could be misread; the table below says how it is read then. */
export const stateFormat = 1;

/** What a record of an older format is in the format after it. */
export type Migrations = { readonly [format: number]: (record: LogRecord) => LogRecord };

const migrations: Migrations = {};

/** The first line of each file of a store. */
export interface StateHeader {
  readonly widgetsMockState: number;
  readonly version: string;
  readonly dialect: string;
  /** Identifies the document and its dialect. */
  readonly document: string;
}

export function stateHeader(engine: Engine): StateHeader {
  const { version, dialect, document } = snapshotHeader(engine);
  return { widgetsMockState: stateFormat, version, dialect, document };
}

/**
 * Checks the first line of a file.
 * @param path of the file
 * @returns how each of its records is read
 * @throws StoreError that says what to do, for a store of another document or dialect, or of a later format
 */
export function migrationOf(
  given: StateHeader,
  own: StateHeader,
  { path, table = migrations }: { readonly path: string; readonly table?: Migrations },
): (record: LogRecord) => LogRecord {
  const { widgetsMockState: format, version, dialect, document } = given;
  const from = `${path} was written by widgets-mock ${version} in the dialect ${dialect}`;
  const elsewhere = "or choose another folder for the new state";
  if (format > own.widgetsMockState) {
    throw new StoreError(
      `${from}, in a later format (${format}; this version reads up to ${own.widgetsMockState}); start that version, ${elsewhere}`,
    );
  }
  if (document !== own.document) {
    throw new StoreError(
      `${from}, this is ${own.version} in the dialect ${own.dialect}: their documents differ. Start it with the version, the ` +
        `--document and the --dialect that it was written with, ${elsewhere}`,
    );
  }
  const steps: ((record: LogRecord) => LogRecord)[] = [];
  for (let step = format; step < own.widgetsMockState; step++) {
    const migrate = table[step];
    if (!migrate)
      throw new StoreError(`${from}, in format ${format}, which this version cannot read; start that version`);
    steps.push(migrate);
  }
  return (record) => steps.reduce((migrated, migrate) => migrate(migrated), record);
}
