import { Refusal } from "../refusal.ts";

/** The rejection of a snapshot because of what stands at a place in it. */
export function snapshotRejected(pointer: string, detail: string): Refusal {
  const issues = [{ pointer, code: "inconsistent", detail }];
  return new Refusal("snapshot_rejected", {
    values: { reason: `the snapshot cannot be restored: ${pointer} ${detail}` },
    issues,
  });
}
