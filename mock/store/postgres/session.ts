import type { Engine } from "../../engine.ts";
import type { Persistence } from "../persistence.ts";
import type { Copies } from "./copies.ts";
import type { Database } from "./database.ts";
import type { Patience } from "./patience.ts";
import type { Records } from "./records.ts";
import type { Wakes } from "./wakes.ts";

/** What the parts of the store of one process share. */
export interface Session {
  readonly engine: Engine;
  readonly persistence: Persistence;
  readonly database: Database;
  readonly copies: Copies;
  readonly records: Records;
  readonly wakes: Wakes;
  readonly patience: Patience;
  /** The number of this process. */
  readonly run: number;
  /** The schema of the database that this process knows. */
  readonly schema: number;
  /** The piece of the engine that runs at the moment, and what becomes of what it changes. */
  running: { readonly committed: Promise<boolean> } | undefined;
}

/**
 * Sets the time of day that worlds go by to that of the database.
 * @param now in milliseconds since the epoch, as it just came from there
 */
export function setTime({ persistence }: Session, now: number): void {
  persistence.wall.offsetMs = now - Date.now();
}

/** @throws Error if another version of the package has changed the schema meanwhile */
export function checkSchema({ schema }: Session, found: number): void {
  if (found === schema) return;
  throw new Error(
    found > schema
      ? `a newer version of widgets-mock has migrated the database (schema ${found}, this one knows ${schema}); upgrade this one`
      : `the database has schema ${found}, and this version needs ${schema}`,
  );
}
