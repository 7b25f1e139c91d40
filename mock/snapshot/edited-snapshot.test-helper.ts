import { createHash } from "node:crypto";
import type { Snapshot } from "../index.ts";

/** Makes the checksum of an edited snapshot right again, as the document describes it. */
export function withOwnChecksum(edited: Snapshot): Snapshot {
  const { snapshot, version, dialect, document, state } = edited;
  const lines = [...(Array.isArray(state) ? state : []), { snapshot, version, dialect, document }];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  return { ...edited, checksum: createHash("sha256").update(text).digest("hex") };
}

/** The state of a snapshot without what differs after each restore: how often ids have begun anew. */
export function withoutEpochs({ state }: Snapshot): object[] {
  return state.map((part) => ({ ...part, epochs: undefined }));
}
