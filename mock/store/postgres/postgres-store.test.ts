import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { widgets } from "../../api-client.test-helper.ts";
import { receiver as startReceiver } from "../../world/webhooks/receiver.test-helper.ts";
import type { StoredMock } from "../open-mock.ts";
import { type Cluster, createCluster, lacksPostgres } from "./cluster.test-helper.ts";
import { callerOf, openReplicas } from "./replicas.test-helper.ts";

let cluster: Cluster;
beforeAll(async () => {
  if (!lacksPostgres) cluster = await createCluster({ settings: ["fsync=off"] });
});
afterAll(() => cluster?.remove());

let databases = 0;

/** Two replicas on a database of their own, which are closed with the test. */
async function withReplicas(act: (...replicas: StoredMock[]) => Promise<void>, options = {}): Promise<void> {
  const url = cluster.createDatabase(`test_${databases++}`);
  const replicas = await openReplicas(url, 2, { clock: "manual", crawl: "2s", ...options });
  try {
    await act(...replicas);
  } finally {
    for (const replica of replicas) await replica.close();
  }
}

describe.skipIf(lacksPostgres)("a store in PostgreSQL", () => {
  test("shows on each replica what the other has acknowledged", () =>
    withReplicas(async (...replicas) => {
      const [one, two] = replicas.map((replica) => callerOf(replica));
      for (const [from, to] of [
        [one, two],
        [two, one],
      ]) {
        const { id } = (await from?.create()) ?? {};
        expect(await to?.ask("GET", `${widgets}/${id}`)).toMatchObject({ status: 200, json: { id } });
        expect(await to?.ask("DELETE", `${widgets}/${id}`)).toMatchObject({ status: 204 });
        expect(await from?.ask("GET", `${widgets}/${id}`)).toMatchObject({ status: 404 });
      }
    }));

  test("accepts on each replica at once a key that was made on the other, and rejects one that was revoked there", () =>
    withReplicas(
      async (one, two) => {
        const admin = callerOf(one as StoredMock, "");
        const { json } = await admin.ask("POST", "/_mock/organizations/acme/keys");
        const { id, key } = json as { readonly id: string; readonly key: string };
        const partner = callerOf(two as StoredMock, key);
        expect((await partner.ask("GET", widgets)).status).toBe(200);
        await admin.ask("DELETE", `/_mock/keys/${id}`);
        expect((await partner.ask("GET", widgets)).status).toBe(401);
        expect((await partner.ask("POST", widgets, { name: "W", site_url: "https://w.example" })).status).toBe(401);
      },
      { openKeys: false },
    ));

  test("keeps every widget that many callers create at once on both", () =>
    withReplicas(async (...replicas) => {
      const callers = replicas.map((replica) => callerOf(replica));
      const created = await Promise.all(Array.from({ length: 60 }, (_, n) => callers[n % 2]?.create(`W${n}`)));
      const ids = new Set(created.map((widget) => widget?.["id"]));
      expect(ids.size).toBe(60);
      for (const caller of callers) {
        const { json } = await caller.ask("GET", `${widgets}?limit=100`);
        expect(new Set((json as { data: { id: string }[] }).data.map(({ id }) => id))).toEqual(ids);
      }
    }));

  test("moves the clock of a world on all replicas at once", () =>
    withReplicas(async (...replicas) => {
      const [one, two] = replicas.map((replica) => callerOf(replica));
      const { id } = (await one?.create()) ?? {};
      const advanced = await two?.ask("POST", "/_mock/clock/advance", { seconds: 2 });
      expect(advanced?.json).toMatchObject({ happened: [{ type: "crawl.succeeded", widget: id }] });
      expect(await one?.ask("GET", `${widgets}/${id}`)).toMatchObject({ json: { status: "active" } });
    }));

  test("ends crawls in time that no request asks for, and sends their events", async () => {
    const receiver = await startReceiver();
    await withReplicas(
      async (replica) => {
        const { id } = await callerOf(replica).create();
        await expect.poll(() => receiver.received.length).toBe(1);
        expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({ type: "widget.ready", data: { id } });
      },
      { clock: "real", crawl: "50ms", webhooks: [{ url: receiver.url }] },
    );
  });

  test("keeps its worlds when all replicas have ended", async () => {
    const url = cluster.createDatabase("kept");
    const [before] = await openReplicas(url, 1);
    const { id } = (await (before && callerOf(before))?.create()) ?? {};
    await before?.close();
    const [after] = await openReplicas(url, 1);
    expect(await (after && callerOf(after))?.ask("GET", `${widgets}/${id}`)).toMatchObject({ status: 200 });
    await after?.close();
  });

  test("refuses another dialect, and a schema of a newer version, with what to do", async () => {
    const url = cluster.createDatabase("other");
    const [first] = await openReplicas(url, 1);
    await first?.close();
    await expect(openReplicas(url, 1, { dialect: "hostile" })).rejects.toThrow(
      "start with the same --document and --dialect",
    );
    cluster.sql("other", "insert into widgets_mock.migrations (number, name) values (999, 'later')");
    await expect(openReplicas(url, 1)).rejects.toThrow("schema 999 of a newer version of widgets-mock");
  });

  test("answers 503 with the reason while the database is away, and goes on when it is back", async () => {
    const own = await createCluster();
    const [replica] = await openReplicas(own.url, 1);
    const caller = replica && callerOf(replica);
    const { id } = (await caller?.create()) ?? {};
    await own.halt();
    const rejected = await caller?.ask("POST", widgets, { name: "A", site_url: "https://a.example" });
    expect(rejected).toMatchObject({ status: 503, json: { code: "store_unavailable" } });
    expect(await caller?.ask("GET", `${widgets}/${id}`)).toMatchObject({ status: 503 });
    await own.start();
    expect(await caller?.ask("GET", `${widgets}/${id}`)).toMatchObject({ status: 200 });
    await replica?.close();
    await own.remove();
  });
});
