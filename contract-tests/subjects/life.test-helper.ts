import { expect } from "vitest";
import { type Seen, site, type User, widgets } from "./user.test-helper.ts";

/** Longer than any read lags, and than any delete takes. */
const patienceMs = 60_000;
/** So often is a call tried that something was in the way of. */
const tries = 20;

/** The documented life of a widget, as a patient client lives it who takes every honest answer. */
export async function lifeOf(user: User): Promise<void> {
  const created = await patiently(user, () => user.ask("POST", widgets, { name: "Northwind", site_url: site }));
  expect(created.status, "create").toBeLessThan(300);
  expect(created.body).toMatchObject({ id: expect.stringMatching(/^wgt_/), name: "Northwind", status: "draft" });
  const { id } = created.body;
  const get = () => patiently(user, () => user.get(id));
  await becomes(user, get, (widget) => widget.status === "active");

  const update = { persona: "You are Sam.", voice: "Aoede", theme: { primary: "#ff6600" } };
  await done(user, "update", () => user.update(id, update));
  await becomes(user, get, (widget) => widget.persona === update.persona && widget.voice === update.voice);
  expect((await get()).body).toMatchObject({ id, name: "Northwind", theme: update.theme });

  await done(user, "pause", () => user.pause(id));
  await becomes(user, get, (widget) => !["draft", "active"].includes(widget.status));
  await done(user, "resume", () => user.resume(id));
  await becomes(user, get, (widget) => widget.status === "active");

  await done(user, "recrawl", () => user.recrawl(id));
  expect(["draft", "paused"]).not.toContain((await get()).body.status);
  // A crawl as long as the longest.
  user.wait(600_000);
  await becomes(user, get, (widget) => widget.status === "active" && widget.voice === update.voice);

  await done(user, "delete", () => user.delete(id));
  user.wait(patienceMs);
  expect((await get()).status, "get of a deleted widget").toBeGreaterThanOrEqual(400);
}

async function done(user: User, operation: string, call: () => Promise<Seen>): Promise<void> {
  expect((await patiently(user, call)).status, operation).toBeLessThan(300);
}

/** Tries again, later, where the network or the service failed. */
async function patiently(user: User, call: () => Promise<Seen>): Promise<Seen> {
  let isLost = false;
  for (let n = 0; n < tries; n++) {
    const seen = await call().catch(() => undefined);
    const isInTheWay = seen === undefined || seen.status === 429 || seen.status >= 500 || seen.body?.code === "quota";
    if (seen && !isInTheWay) return isLost && seen.status === 409 ? taken(seen) : seen;
    isLost = true;
    user.wait(1000);
  }
  throw new Error("Nothing came of it.");
}

/** A conflict after a lost answer: the lost call was carried out. */
function taken(seen: Seen): Seen {
  return { ...seen, status: 200 };
}

/** Waits until a get shows what is expected, half an hour at most. */
async function becomes(user: User, get: () => Promise<Seen>, isSo: (widget: Seen["body"]) => boolean): Promise<void> {
  let seen = await get();
  for (let step = 1000; step < 2_000_000 && !(seen.status === 200 && isSo(seen.body)); step *= 2) {
    user.wait(step);
    seen = await get();
  }
  expect(seen.status === 200 && isSo(seen.body), JSON.stringify(seen.body)).toBe(true);
}
