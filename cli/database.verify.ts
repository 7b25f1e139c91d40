import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cluster, createCluster, lacksPostgres } from "../mock/store/postgres/cluster.test-helper.ts";
import { receiver } from "../mock/world/webhooks/receiver.test-helper.ts";
import { start } from "./bin.test-helper.ts";
import { body, headers, listAll, lostBy, nothingAcknowledged, writeUntilGone } from "./writers.test-helper.ts";

let cluster: Cluster;
beforeAll(async () => {
  if (!lacksPostgres) cluster = await createCluster();
});
afterAll(() => cluster?.remove());

const isFull = process.env["WIDGETS_VERIFY"] === "full";

/** Starts a process on a database. */
const startOn = (database: string) =>
  start("--database", database, "--quiet", "--crawl", "1s", "--max-widgets", "1000000");

describe.skipIf(lacksPostgres)("processes that share a database", () => {
  test("have every write that one of them acknowledged before it was killed, and give no id twice", async () => {
    const database = cluster.createDatabase("killed");
    const all = nothingAcknowledged();
    const kills = isFull ? 40 : 6;
    let mocks = await Promise.all([startOn(database), startOn(database), startOn(database)]);
    for (let kill = 0; kill < kills; kill++) {
      const [first, ...others] = mocks;
      if (!first) throw new Error("there is no process");
      let left = 30 + 17 * kill;
      let ended: Promise<unknown> | undefined;
      const acknowledge = () => {
        left--;
        if (left <= 0) ended ??= first.end("SIGKILL");
      };
      // The others serve all the while.
      const beside = others.map(async ({ url }) => {
        while (!ended)
          await fetch(`${url}/api/v1/widgets?limit=1`, { headers }).then((one) => expect(one.status).toBe(200));
      });
      await Promise.all([...Array.from({ length: 6 }, () => writeUntilGone(first.url, all, acknowledge)), ...beside]);
      await ended;
      for (const { url } of others) expect(await lostBy(url, all)).toEqual({ missing: [], back: [] });
      mocks = [...others, await startOn(database)];
    }
    expect(all.created.size).toBeGreaterThan(100);
  }, 600_000);

  test("send an event again, with its id, whose process was killed before the answer", async () => {
    const { url: hook, received } = await receiver((n) => (n === 0 ? "never" : { status: 204 }));
    const database = cluster.createDatabase("leases");
    const first = await startOn(database);
    const options = { method: "POST", headers, body: JSON.stringify({ url: hook }) };
    expect((await fetch(`${first.url}/_mock/webhooks`, options)).status).toBe(200);
    await fetch(`${first.url}/api/v1/widgets`, { method: "POST", headers, body });
    await expect.poll(() => received.length).toBe(1);
    await startOn(database);
    await first.end("SIGKILL");
    await expect.poll(() => received.length).toBe(2);
    const [before, again] = received;
    expect(again?.headers["webhook-id"]).toBe(before?.headers["webhook-id"]);
    expect(again?.body).toBe(before?.body);
  }, 120_000);

  test("keep everything through a backup by pg_dump and a restore by pg_restore", async () => {
    const from = cluster.createDatabase("backed_up");
    const mock = await startOn(from);
    for (let n = 0; n < 3; n++) await fetch(`${mock.url}/api/v1/widgets`, { method: "POST", headers, body });
    const before = await listAll(mock.url);
    const to = cluster.createDatabase("restored");
    cluster.run("pg_dump", "--format=custom", "--file", "backup", from);
    cluster.run("pg_restore", "--dbname", to, "backup");
    const restored = await startOn(to);
    expect([before.size, await listAll(restored.url)]).toEqual([3, before]);
  });
});
