import { type Scope, worldsIn } from "../controls/scope.ts";
import type { Answer, BodySink, StreamedBody } from "../http/answer.ts";
import { quotaReached } from "../organizations/quota-meter.ts";
import { exportParts } from "./export-parts.ts";
import { sealOf } from "./seal-of.ts";
import { Slices } from "./slices.ts";
import { takeSnapshotPlace } from "./snapshot-places.ts";
import { snapshotHeader, snapshotText } from "./snapshot-text.ts";

/** More than this is not written before the client has read some of it. */
const maxUnreadBytes = 256 * 1024;
/** A client that reads nothing for so long is cut off, in real time. */
const maxIdleMs = 60_000;

/** As they are when the mock is loaded: a test may put others in their place. */
const { setTimeout, clearTimeout } = globalThis;

/**
 * Sends a snapshot as it is written, in slices between which other requests are served.
 * @throws Refusal if there are as many snapshots on their way as there may be
 */
export async function sendSnapshot(scope: Scope): Promise<Pick<Answer, "body">> {
  const { engine, organization, access } = scope;
  const seal = organization === undefined ? await sealOf(engine) : undefined;
  const sealing = seal && (await import("./seal.ts"));
  // Before the status is sent: there may be no room for its world.
  if (organization !== undefined) for (const { clock } of worldsIn(scope)) clock.runDueTasks();
  // The place is taken when the body is; a HEAD takes none.
  takeSnapshotPlace(engine)();
  const limit = access === "organization" ? snapshotLimitOf(scope) : undefined;
  if (limit !== undefined) await requireSize(scope, limit);
  const body: StreamedBody = (sink) => {
    const leave = takeSnapshotPlace(engine);
    const gone = new AbortController();
    const forget = engine.worlds.events.onClose(() => sink.cut());
    const parts = exportParts(scope);
    const sent = seal && sealing ? sealing.sealParts(engine, seal, parts) : parts;
    write(snapshotText(snapshotHeader(engine), sent), sink, gone.signal)
      .catch((error: unknown) => {
        engine.observer.onError?.(error, "-");
        sink.cut();
      })
      .finally(() => {
        forget();
        leave();
      });
    return () => {
      gone.abort();
      leave();
    };
  };
  return { body };
}

/** Bytes that the snapshot of a world may have; undefined without a quota. */
export function snapshotLimitOf({ engine, organization = "" }: Scope): number | undefined {
  return engine.quotas.limitOf(organization, "snapshot_bytes");
}

/** @throws Refusal for a snapshot that is larger than its quota, before its status is sent */
async function requireSize(scope: Scope, limit: number): Promise<void> {
  const slices = new Slices();
  let bytes = 0;
  for (const piece of snapshotText(snapshotHeader(scope.engine), exportParts(scope))) {
    bytes += utf8.encode(piece).length;
    if (bytes > limit) throw quotaReached("snapshot_bytes", limit);
    if (slices.isOver) await slices.pause();
  }
}

const utf8 = new TextEncoder();

async function write(pieces: Iterable<string>, sink: BodySink, gone: AbortSignal): Promise<void> {
  const slices = new Slices();
  const hasGone = new Promise<void>((resolve) => gone.addEventListener("abort", () => resolve(), { once: true }));
  for (const piece of pieces) {
    sink.send(piece);
    while (sink.unreadBytes > maxUnreadBytes && !gone.aborted) {
      if (!(await isReadInTime(Promise.race([sink.drained(), hasGone])))) return sink.cut();
    }
    if (slices.isOver) await slices.pause();
    if (gone.aborted) return;
  }
  sink.end();
}

async function isReadInTime(read: Promise<void>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), maxIdleMs);
    (timer as { unref?: () => void }).unref?.();
  });
  try {
    return await Promise.race([read.then(() => true), isLate]);
  } finally {
    clearTimeout(timer);
  }
}
