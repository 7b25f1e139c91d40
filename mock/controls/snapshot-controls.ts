import { Refusal } from "../refusal.ts";
import { hash } from "../world/random.ts";
import { saveWorld, type WorldState } from "../world/world-state.ts";
import type { WorldsState } from "../worlds.ts";
import { readClock } from "./clock-controls.ts";
import type { Controls, Snapshot } from "./control-types.ts";
import { defaultsIn, type Scope, worldsIn } from "./scope.ts";

/** Counts up whenever an older snapshot could be misread. */
const format = 3;

type SnapshotState = { readonly mock: WorldsState } | { readonly world: WorldState | undefined };

/** Controls that export and restore state. */
export const snapshotControls: Controls<"exportSnapshot" | "restoreSnapshot"> = {
  exportSnapshot({ scope }) {
    const { engine } = scope;
    const text = JSON.stringify(stateOf(scope));
    return {
      snapshot: format,
      version: engine.version,
      dialect: engine.dialect.name,
      document: documentHash(scope),
      checksum: hash(text).toString(16),
      state: JSON.parse(text),
    };
  },

  restoreSnapshot({ scope, input }) {
    const { engine, organization } = scope;
    const state = readState(scope, input);
    if ("mock" in state) {
      if (organization !== undefined) {
        throw rejected("the snapshot holds every world; restore it for the whole mock, without a key");
      }
      engine.worlds.load(state.mock);
    } else if (state.world) {
      if (organization !== undefined && organization !== state.world.organization) {
        throw rejected("the snapshot holds the world of another organization; restore it with that organization's key");
      }
      engine.worlds.loadWorld(state.world);
    }
    return readClock(scope);
  },
};

function stateOf(scope: Scope): SnapshotState {
  return defaultsIn(scope) ? { mock: scope.engine.worlds.save() } : { world: worldsIn(scope).map(saveWorld)[0] };
}

/** The state as it was exported: a copy, that shares nothing with the snapshot. */
function readState(scope: Scope, given: Snapshot): SnapshotState {
  const { engine } = scope;
  if (given.snapshot !== format) {
    throw rejected(`the snapshot has format ${given.snapshot}, this version restores format ${format}`);
  }
  if (given.document !== documentHash(scope)) {
    throw rejected(
      `the snapshot was exported by version ${given.version} in the dialect ${given.dialect}, this mock is version ` +
        `${engine.version} in the dialect ${engine.dialect.name}; start the mock with the same version and dialect`,
    );
  }
  const text = textOf(given.state);
  if (given.checksum !== hash(text).toString(16))
    throw rejected("the snapshot was changed or cut off after the export");
  return JSON.parse(text);
}

function rejected(reason: string): Refusal {
  return new Refusal("snapshot_rejected", { values: { reason } });
}

/** "" for what is too deep to be written: no mock has exported it. */
function textOf(state: unknown): string {
  try {
    return JSON.stringify(state);
  } catch {
    return "";
  }
}

function documentHash({ engine }: Scope): string {
  // Some choices are not in the document, but in what the mock does.
  const { document, choices } = engine.dialect;
  return hash(JSON.stringify([document, choices])).toString(16);
}
