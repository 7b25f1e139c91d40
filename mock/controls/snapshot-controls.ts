import { exportSnapshot } from "../snapshot/export-snapshot.ts";
import { restoreSnapshot } from "../snapshot/restore-snapshot.ts";
import type { Controls } from "./control-types.ts";

/** Controls that export and restore state, in one go; over HTTP they are streamed (`control-plane/control-plane.ts`). */
export const snapshotControls: Controls<"exportSnapshot" | "restoreSnapshot"> = {
  exportSnapshot: ({ scope }) => exportSnapshot(scope),
  restoreSnapshot: ({ scope, input }) => restoreSnapshot(scope, input),
};
