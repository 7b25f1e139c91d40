import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { widgets } from "../../api-client.test-helper.ts";
import type { MockOptions } from "../../options.ts";
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

async function withReplicas(options: MockOptions, act: (replicas: StoredMock[], url: string) => Promise<void>) {
  const url = cluster.createDatabase(`use_${databases++}`);
  const replicas = await openReplicas(url, 2, options);
  try {
    await act(replicas, url);
  } finally {
    for (const replica of replicas) await replica.close();
  }
}

async function useOf(replica: StoredMock, quota: string): Promise<number> {
  const { json } = await callerOf(replica).ask("GET", "/_mock/usage");
  const { quotas } = json as { readonly quotas: readonly { readonly quota: string; readonly used?: number }[] };
  return quotas.find((one) => one.quota === quota)?.used ?? 0;
}

describe.skipIf(lacksPostgres)("quotas on several replicas", () => {
  test("report no error of the mock where the database goes away while a delivery is counted", async () => {
    const receiver = await startReceiver();
    const onError = vi.fn();
    const options = {
      ...{ clock: "manual", crawl: "immediate", webhooks: [{ url: receiver.url }], observer: { onError } },
      ...{ quotas: { deliveries_per_day: 3 }, maxSettleSeconds: 0 },
    };
    await withReplicas(options, async ([replica]) => {
      const database = `use_${databases - 1}`;
      cluster.sql(
        database,
        `create sequence tried; create function shut_down() returns trigger language plpgsql as
        $$ begin perform nextval('tried'); raise 'shut down' using errcode = '57P01'; end $$;
        create trigger shut_down before insert on widgets_mock.delivery_counts execute function shut_down()`,
      );
      const caller = callerOf(replica as StoredMock);
      await caller.create();
      await caller.ask("POST", "/_mock/clock/advance", { seconds: 1 });
      await expect.poll(() => cluster.sql(database, "select is_called from tried").trim()).toBe("t");
      await caller.ask("GET", widgets);
      expect(onError).not.toHaveBeenCalled();
      expect(receiver.received).toEqual([]);
    });
  });

  test("send no event that was cancelled while its delivery was counted", async () => {
    const receiver = await startReceiver();
    const options = {
      ...{ clock: "manual", crawl: "immediate", webhooks: [{ url: receiver.url }], maxSettleSeconds: 0 },
      quotas: { deliveries_per_day: 9 },
    };
    await withReplicas(options, async ([replica], url) => {
      const database = `use_${databases - 1}`;
      cluster.sql(
        database,
        `create function wait() returns trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock_shared(4711); return new; end $$;
        create trigger wait before insert on widgets_mock.delivery_counts execute function wait()`,
      );
      const holder = new pg.Client(url);
      await holder.connect();
      await holder.query("select pg_advisory_lock(4711)");
      const caller = callerOf(replica as StoredMock);
      const { id } = await caller.create();
      await caller.ask("POST", "/_mock/clock/advance", { seconds: 1 });
      const waiting = "select count(*) from pg_locks where locktype = 'advisory' and objid = 4711 and not granted";
      await expect.poll(() => cluster.sql(database, waiting).trim()).toBe("1");
      await caller.ask("DELETE", `${widgets}/${id}`);
      await holder.end();
      const other = await caller.create();
      await caller.ask("POST", "/_mock/clock/advance", { seconds: 1 });
      await expect.poll(() => receiver.received.length).toBeGreaterThan(0);
      expect(receiver.received.map(({ body }) => JSON.parse(body).data.id)).toEqual([other["id"]]);
    });
  });

  test("hear of what other processes write alone, whatever else is sent to them", () =>
    withReplicas({ clock: "manual", quotas: { requests_per_second: 500 } }, async ([one]) => {
      const told = [
        "x",
        "null",
        "7",
        "{}",
        '{"run":1,"counts":5}',
        '{"run":1,"counts":[null]}',
        '{"run":"1","counts":[]}',
      ];
      for (const payload of told) cluster.sql(`use_${databases - 1}`, `notify widgets_mock_use, '${payload}'`);
      const good = JSON.stringify({ run: 4711, counts: [["sk_test_one", 30]] });
      await expect
        .poll(() => {
          cluster.sql(`use_${databases - 1}`, `notify widgets_mock_use, '${good}'`);
          return useOf(one as StoredMock, "requests_per_second");
        })
        .toBeGreaterThan(50);
    }));

  test("count deliveries together, and a restart gives none of them back", async () => {
    const receiver = await startReceiver();
    const options = {
      ...{ clock: "manual", crawl: "immediate", webhooks: [{ url: receiver.url }] },
      quotas: { deliveries_per_day: 3 },
    };
    await withReplicas(options, async (replicas, url) => {
      for (let n = 0; n < 6; n++) await callerOf(replicas[n % 2] as StoredMock).create();
      for (const replica of replicas) await callerOf(replica).ask("POST", "/_mock/clock/advance", { seconds: 1 });
      await expect.poll(() => receiver.received.length).toBe(3);
      for (const replica of replicas) await expect.poll(() => useOf(replica, "deliveries_per_day")).toBe(3);
      const { json } = await callerOf(replicas[0] as StoredMock).ask("GET", "/_mock/deliveries");
      const { deliveries } = json as { readonly deliveries: readonly { readonly attempts: object[] }[] };
      const refused = deliveries.filter(({ attempts }) => JSON.stringify(attempts).includes("reached its quota"));
      expect(refused).toHaveLength(3);
      const [later] = await openReplicas(url, 1, options);
      await callerOf(later as StoredMock).create();
      await callerOf(later as StoredMock).ask("POST", "/_mock/clock/advance", { seconds: 1 });
      await later?.close();
      expect(receiver.received).toHaveLength(3);
    });
  });

  test("leave to a replica what the others have not used of a rate", () =>
    withReplicas({ clock: "manual", quotas: { requests_per_second: 500 } }, async ([one, two]) => {
      const caller = callerOf(one as StoredMock);
      await expect
        .poll(
          async () => {
            for (let n = 0; n < 30; n++) await caller.ask("GET", widgets);
            return await useOf(two as StoredMock, "requests_per_second");
          },
          { timeout: 20_000 },
        )
        .toBeGreaterThan(20);
    }));
});
