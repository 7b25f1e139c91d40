import type { ControlOutput } from "../controls/control-types.ts";
import type { Scope } from "../controls/scope.ts";
import { exportParts } from "./export-parts.ts";
import { snapshotHeader, snapshotText } from "./snapshot-text.ts";

/** Exports a snapshot in one go. It shares nothing with the mock. */
export function exportSnapshot(scope: Scope): ControlOutput<"exportSnapshot"> {
  return JSON.parse([...snapshotText(snapshotHeader(scope.engine), exportParts(scope))].join(""));
}
