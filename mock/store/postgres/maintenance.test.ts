import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { widgets } from "../../api-client.test-helper.ts";
import { receiver as startReceiver } from "../../world/webhooks/receiver.test-helper.ts";
import type { StoredMock } from "../open-mock.ts";
import { type Cluster, createCluster, lacksPostgres } from "./cluster.test-helper.ts";
import { callerOf, openReplicas } from "./replicas.test-helper.ts";
import { aliveLock } from "./statements.ts";

let cluster: Cluster;
beforeAll(async () => {
  if (!lacksPostgres) cluster = await createCluster({ settings: ["fsync=off"] });
});
afterAll(() => cluster?.remove());

let databases = 0;

/** A database of its own, and what opens mocks on it, which are closed with the test. */
async function withDatabase(
  act: (
    open: (options?: Parameters<typeof openReplicas>[2]) => Promise<StoredMock>,
    database: { sql(text: string): string; close(): Promise<void> },
  ) => Promise<void>,
): Promise<void> {
  const name = `maintained_${databases++}`;
  const url = cluster.createDatabase(name);
  const mocks: StoredMock[] = [];
  const close = async () => {
    for (const mock of mocks.splice(0)) await mock.close();
  };
  try {
    await act(
      async (options) => {
        const [mock] = (await openReplicas(url, 1, options)) as [StoredMock];
        mocks.push(mock);
        return mock;
      },
      { sql: (text) => cluster.sql(name, text).trim(), close },
    );
  } finally {
    await close();
  }
}

const pace = { lookMs: 20, tidyMs: 20 };
const longAgo = "update widgets_mock.worlds set used_at = clock_timestamp() - interval '1 hour'";

describe.skipIf(lacksPostgres)("a mock on a database, without being asked", () => {
  test("carries out tasks that became due after their own process had ended", async () => {
    const receiver = await startReceiver();
    await withDatabase(async (open, { close }) => {
      const options = { clock: "real", crawl: "200ms", webhooks: [{ url: receiver.url }], pace } as const;
      const { id } = await callerOf(await open(options)).create();
      await close();
      // It has never heard of that organization.
      await open(options);
      await expect.poll(() => receiver.received.length).toBe(1);
      expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({ type: "widget.ready", data: { id } });
    });
  });

  test("sends an event again, by its id, whose process has died while it was on its way", async () => {
    const receiver = await startReceiver((n) => (n === 0 ? "never" : { status: 204 }));
    await withDatabase(async (open, { sql }) => {
      const options = { clock: "real", crawl: "immediate", webhooks: [{ url: receiver.url }] } as const;
      const first = await open(options);
      await callerOf(first).create();
      await expect.poll(() => receiver.received.length).toBe(1);
      await open({ ...options, pace });
      // What tells of a process that it is alive is a lock that its connection holds.
      sql(`select pg_terminate_backend(pid) from pg_locks where classid = ${aliveLock} and objid = 0`);
      await expect.poll(() => receiver.received.length).toBe(2);
      const [before, again] = receiver.received;
      expect(again?.headers["webhook-id"]).toBe(before?.headers["webhook-id"]);
      expect(again?.body).toBe(before?.body);
    });
  });

  test("forgets organizations that nobody has used for long", () =>
    withDatabase(async (open, { sql }) => {
      const mock = await open({ clock: "manual", maxIdleSeconds: 600, pace });
      const { id } = await callerOf(mock).create();
      expect(await callerOf(mock).ask("GET", `${widgets}/${id}`)).toMatchObject({ status: 200 });
      await expect
        .poll(() => {
          sql(longAgo);
          return sql("select count(*) from widgets_mock.worlds where organization <> ''");
        })
        .toBe("0");
      expect(sql("select count(*) from widgets_mock.rows where organization <> ''")).toBe("0");
      expect(await callerOf(mock).ask("GET", `${widgets}/${id}`)).toMatchObject({ status: 404 });
    }));

  test("forgets what was removed; a copy that has not heard of it is loaded anew", () =>
    withDatabase(async (open, { sql }) => {
      const [one, two] = [await open({ clock: "manual", pace }), await open({ clock: "manual" })];
      const ids = [await callerOf(one).create(), await callerOf(one).create()].map(({ id }) => id);
      expect((await callerOf(two).ask("GET", widgets)).json).toMatchObject({ data: [{}, {}] });
      await callerOf(one).ask("DELETE", `${widgets}/${ids[0]}`);
      expect(sql("select count(*) from widgets_mock.rows where json is null")).not.toBe("0");
      await expect
        .poll(() => {
          sql(longAgo);
          return sql("select count(*) from widgets_mock.rows where json is null");
        })
        .toBe("0");
      expect((await callerOf(two).ask("GET", widgets)).json).toMatchObject({ data: [{ id: ids[1] }] });
    }));

  test("lets go of copies that it does not need, and reads them when they are asked for", () =>
    withDatabase(async (open) => {
      const mock = await open({ clock: "manual", pace: { ...pace, unusedMs: 0 } });
      const { id } = await callerOf(mock).create();
      // What all organizations share stays.
      const copies = async () => (await mock.store.metrics?.())?.find(({ name }) => name === "database_copies")?.value;
      await expect.poll(copies).toBe(1);
      expect((await callerOf(mock).ask("GET", widgets)).json).toMatchObject({ data: [{ id }] });
    }));

  test("keeps as many records of requests as a journal has, and of the rest only what was written with them", () =>
    withDatabase(async (open, { sql }) => {
      const mock = await open({ clock: "manual", journalEntries: 3 });
      const number = (text: string) => Number(sql(`select ${text} from widgets_mock.records where kind = 'request'`));
      while (number("coalesce(max(id), 0)") < 10) await callerOf(mock).ask("GET", widgets);
      await expect.poll(() => number("count(*)")).toBeLessThanOrEqual(6);
      expect(number("sum(count)")).toBeGreaterThanOrEqual(3);
    }));
});
