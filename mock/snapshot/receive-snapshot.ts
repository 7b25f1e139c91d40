import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { checkInput } from "../controls/check-input.ts";
import { readClock } from "../controls/clock-controls.ts";
import type { ControlOutput } from "../controls/control-types.ts";
import { type Scope, worldsIn } from "../controls/scope.ts";
import type { BodyStream } from "../http/exchange.ts";
import { quotaReached } from "../organizations/quota-meter.ts";
import { Refusal } from "../refusal.ts";
import { laterStep } from "../store/store.ts";
import { Restoration } from "./restoration.ts";
import { SnapshotScanner } from "./scan-snapshot.ts";
import { sealOf } from "./seal-of.ts";
import { snapshotLimitOf } from "./send-snapshot.ts";
import { Slices } from "./slices.ts";
import { takeSnapshotPlace } from "./snapshot-places.ts";
import { snapshotRejected } from "./snapshot-rejected.ts";

/** A longer chunk is scanned in pieces. */
const maxChunkBytes = 64 * 1024;

/**
 * Restores a snapshot as it arrives, in slices between which other requests are served.
 * @throws Refusal for one that cannot be restored; then nothing has changed
 */
export async function receiveSnapshot(scope: Scope, body: BodyStream): Promise<ControlOutput<"restoreSnapshot">> {
  const leave = takeSnapshotPlace(scope.engine);
  const { persistence } = scope.engine;
  const step = laterStep(scope.organization);
  let restoration: Restoration | undefined;
  try {
    await persistence?.step(step, () => void worldsIn(scope));
    restoration = new Restoration(scope, await scope.engine.validators(), await sealOf(scope.engine));
    const slices = new Slices();
    await slices.run(restoration.finish(await readParts(restoration, withinQuota(scope, body), slices)));
    const restored = restoration;
    const commit = () => {
      restored.commit();
      return readClock(scope);
    };
    return await (persistence ? persistence.step({ ...step, isOnce: true }, commit) : commit());
  } finally {
    restoration?.end();
    leave();
  }
}

/** Adds all parts, and returns the other members. */
async function readParts(restoration: Restoration, body: BodyStream, slices: Slices): Promise<JsonObject> {
  const scanner = new SnapshotScanner();
  for await (const chunk of chunksOf(body)) {
    for (const { kind, text } of scanner.scan(chunk)) {
      if (kind === "part") restoration.add(parsed(text, `part ${restoration.count} of the state`));
      else checkStart(restoration, text);
      if (slices.isOver) await slices.pause();
    }
    if (slices.isOver) await slices.pause();
  }
  const header = headerIn(scanner.end());
  checkInput("restoreSnapshot", { path: {}, query: {}, body: header });
  return header;
}

/** @throws Refusal for more bytes than the quota of a partner allows */
async function* withinQuota(scope: Scope, body: BodyStream): AsyncGenerator<Uint8Array> {
  const limit = scope.access === "organization" ? snapshotLimitOf(scope) : undefined;
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (limit !== undefined && bytes > limit) throw quotaReached("snapshot_bytes", limit);
    yield chunk;
  }
}

/** @throws Refusal where the client has gone before the end */
async function* chunksOf(body: BodyStream): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      for (let at = 0; at < chunk.length; at += maxChunkBytes) yield chunk.subarray(at, at + maxChunkBytes);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("invalid_json", { values: { reason: "it is incomplete." } });
  }
}

/**
 * @param text what stands before the parts, with the bracket that opens them
 * @throws Refusal where what begins is not the state
 */
function checkStart(restoration: Restoration, text: string): void {
  const isState = /"state"\s*:\s*[[{]$/.test(text);
  // The format first: another one may have another state.
  if (isState) restoration.checkHeader(headerIn(`${text.slice(0, -1)}[]}`));
  if (!isState || !text.endsWith("[")) throw snapshotRejected("#/state", "must be an array, and the only one");
}

function headerIn(text: string): JsonObject {
  const header = parsed(text, "what stands around the state");
  return isJsonObject(header) ? header : {};
}

function parsed(text: string, place: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal("invalid_json", { values: { reason: `${place} is not JSON: ${(error as Error).message}.` } });
  }
}
