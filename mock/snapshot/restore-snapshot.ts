import type { Json } from "../../spec/merge-patch.ts";
import { readClock } from "../controls/clock-controls.ts";
import type { ControlInput, ControlOutput } from "../controls/control-types.ts";
import type { Scope } from "../controls/scope.ts";
import { Restoration } from "./restoration.ts";
import { snapshotRejected } from "./snapshot-rejected.ts";

/**
 * Restores a snapshot in one go.
 * @throws Refusal for one that cannot be restored; then nothing has changed
 */
export function restoreSnapshot(
  scope: Scope,
  { state, ...header }: ControlInput<"restoreSnapshot">,
): ControlOutput<"restoreSnapshot"> {
  const validators = scope.engine.validators();
  const restoration = new Restoration(scope, validators instanceof Promise ? undefined : validators);
  try {
    restoration.checkHeader(header);
    if (!Array.isArray(state)) throw snapshotRejected("#/state", "must be an array");
    for (const part of state) restoration.add(copied(part, `#/state/${restoration.count}`));
    for (const _ of restoration.finish(header));
    restoration.commit();
    return readClock(scope);
  } finally {
    restoration.end();
  }
}

/** A copy, since the mock changes what it holds. */
function copied(part: unknown, place: string): Json {
  try {
    return JSON.parse(JSON.stringify(part) ?? "null");
  } catch {
    throw snapshotRejected(place, "must be JSON");
  }
}
