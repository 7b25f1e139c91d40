import { boundReached } from "../bounds.ts";
import type { Engine } from "../engine.ts";

/**
 * Takes one of the places of snapshots that are exported or restored at a time.
 * @returns a function that gives it back
 * @throws Refusal if there is none
 */
export function takeSnapshotPlace({ worlds, bounds }: Engine): () => void {
  if (worlds.snapshots >= bounds.maxSnapshots) throw boundReached("maxSnapshots", bounds, 429);
  worlds.snapshots++;
  let isTaken = true;
  return () => {
    if (isTaken) worlds.snapshots--;
    isTaken = false;
  };
}
