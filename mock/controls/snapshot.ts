import { hash } from "../world/random.ts";
import { saveWorld, type WorldState } from "../world/world-state.ts";
import type { WorldsState } from "../worlds.ts";
import { defaultsIn, type Scope, worldsIn } from "./scope.ts";

/** Counts up whenever a snapshot of before could be misread. */
const format = 1;

/** All that a mock, or one world of it, knows and still has to do, as JSON: widgets, time, timers, deliveries, chance. */
export interface Snapshot {
  /** The number of this form of snapshots. */
  readonly snapshot: number;
  /** What made it, for people. */
  readonly version: string;
  readonly dialect: string;
  /** Names the document, in its dialect, that the state is read by. */
  readonly document: string;
  /** Shows that nothing was changed by hand. */
  readonly checksum: string;
  /** Every world, or one: for the mock's own use. */
  readonly state: { readonly mock: unknown } | { readonly world: unknown };
}

/** A snapshot that cannot be restored; the message is for the user. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
}

/** What the scope knows now; what happens later does not change it. */
export function snapshot(scope: Scope): Snapshot {
  const { engine } = scope;
  const state = defaultsIn(scope) ? { mock: engine.worlds.save() } : { world: worldsIn(scope).map(saveWorld)[0] };
  const text = JSON.stringify(state);
  return {
    snapshot: format,
    version: engine.version,
    dialect: engine.dialect.name,
    document: documentOf(scope),
    checksum: hash(text).toString(16),
    state: JSON.parse(text),
  };
}

/**
 * Makes the scope what it was.
 * @throws SnapshotError where it is none, or another mock's; then nothing has changed
 */
export function restore(scope: Scope, given: Snapshot): void {
  const { engine, organization } = scope;
  const state = stateOf(scope, given);
  if ("mock" in state) {
    if (organization !== undefined) {
      throw new SnapshotError("The snapshot holds every world. Restore it for the whole mock, without a key.");
    }
    engine.worlds.load(state.mock);
    return;
  }
  if (organization !== undefined && organization !== state.world.organization) {
    throw new SnapshotError("The snapshot holds another organization's world. Restore it with that one's key.");
  }
  engine.worlds.loadWorld(state.world);
}

function stateOf(
  scope: Scope,
  given: Partial<Snapshot>,
): { readonly mock: WorldsState } | { readonly world: WorldState } {
  const { engine } = scope;
  if (typeof given !== "object" || given === null || given.snapshot === undefined) {
    throw new SnapshotError("This is no snapshot: those that the mock makes have a member snapshot.");
  }
  if (given.snapshot !== format) {
    throw new SnapshotError(`The snapshot has form ${given.snapshot}, and this version reads form ${format} alone.`);
  }
  if (given.document !== documentOf(scope)) {
    throw new SnapshotError(
      `The snapshot was made by version ${given.version} in the dialect ${given.dialect}, whose document is another than ` +
        `that of this mock, version ${engine.version} in the dialect ${engine.dialect.name}. Start the mock as it was then.`,
    );
  }
  const text = textOf(given.state ?? null);
  if (given.checksum !== hash(text).toString(16)) {
    throw new SnapshotError("The snapshot was changed or cut since it was made.");
  }
  return JSON.parse(text);
}

/** "" for what is too deep to be written: no mock has made it. */
function textOf(state: unknown): string {
  try {
    return JSON.stringify(state);
  } catch {
    return "";
  }
}

function documentOf({ engine }: Scope): string {
  // Some choices are not in the document, but in what the mock does.
  const { document, choices } = engine.dialect;
  return hash(JSON.stringify([document, choices])).toString(16);
}
