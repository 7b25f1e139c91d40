import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { widgets } from "../../api-client.test-helper.ts";
import { readMetrics } from "../../metrics/read-metrics.test-helper.ts";
import { receiver as startReceiver } from "../../world/webhooks/receiver.test-helper.ts";
import { openMockWith, type StoredMock } from "../open-mock.ts";
import { type Cluster, createCluster, lacksPostgres } from "./cluster.test-helper.ts";
import { postgresStore } from "./postgres-store.ts";
import { type Caller, callerOf, openReplicas } from "./replicas.test-helper.ts";

let cluster: Cluster;
beforeAll(async () => {
  if (!lacksPostgres) cluster = await createCluster({ settings: ["fsync=off"] });
});
afterAll(() => cluster?.remove());

let databases = 0;

/** A receiver that answers when it is told to. */
async function slowReceiver() {
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  let count = 0;
  const server = createServer((_, response) => {
    count++;
    void answered.then(() => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, answer: () => answer(), count: () => count };
}

/** Two replicas, or another number of them, on a database of their own, which are closed with the test. */
async function withReplicas(act: (...replicas: StoredMock[]) => Promise<void>, options = {}, count = 2): Promise<void> {
  const url = cluster.createDatabase(`test_${databases++}`);
  const replicas = await openReplicas(url, count, { clock: "manual", crawl: "2s", ...options });
  try {
    await act(...replicas);
  } finally {
    for (const replica of replicas) await replica.close();
  }
}

/** The number of creates whose record is in a database. */
function recordedIn(database: string): number {
  const lines = "regexp_split_to_table(json, E'\\n') as line";
  return Number(
    cluster.sql(database, `select count(*) from widgets_mock.records, ${lines} where line like '%"createWidget"%'`),
  );
}

async function copiesOf({ store }: StoredMock): Promise<number | undefined> {
  return (await store.metrics?.())?.find(({ name }) => name === "database_copies")?.value;
}

type Answered = (error: unknown, result: { readonly rows: readonly { readonly id?: unknown }[] }) => void;

/** Does something when a statement is answered next, with a row that has a number if it must, before its caller hears of it. */
function atNextAnswer(name: string, act: () => Promise<unknown>, { isNumbered = false } = {}): void {
  const query: (this: unknown, ...asked: unknown[]) => unknown = pg.Client.prototype.query;
  let isNext = true;
  const spy = vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (this: unknown, ...asked: unknown[]) {
    const [statement, , answer] = asked as [{ name?: string }, unknown, Answered | undefined];
    if (statement.name !== name || !answer) return query.apply(this, asked);
    const answered: Answered = (error, result) => {
      if (!isNext || (isNumbered && typeof result?.rows[0]?.id !== "number")) return answer(error, result);
      isNext = false;
      void act().then(() => answer(error, result));
    };
    return query.call(this, statement, undefined, answered);
  } as never);
  onTestFinished(() => spy.mockRestore());
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

  test("lets a visitor talk by any replica, who names a widget and no organization", () =>
    withReplicas(
      async (...replicas) => {
        const [one, two] = replicas.map((replica) => callerOf(replica));
        const { id } = (await one?.create()) ?? {};
        const visitor = callerOf(replicas[1] as StoredMock, "");
        const path = `/api/v1/public/widgets/${id}/conversations`;
        expect(await visitor.ask("POST", path)).toMatchObject({ status: 201 });
        expect(await one?.ask("GET", `/_mock/widgets/${id}`)).toMatchObject({ json: { conversations: [{}] } });
        expect(await visitor.ask("POST", path.replace("wgt_", "wgt_0"))).toMatchObject({ status: 404 });
        expect(await two?.ask("DELETE", `${widgets}/${id}`)).toMatchObject({ status: 204 });
        expect(await visitor.ask("POST", path)).toMatchObject({ status: 404 });
      },
      { crawl: "immediate" },
    ));

  test("counts the calls of a fault that concerns all organizations on all replicas together", () =>
    withReplicas(async (...replicas) => {
      const all = callerOf(replicas[0] as StoredMock, "");
      expect(await all.ask("POST", "/_mock/faults", { status: 500, calls: 3 })).toMatchObject({ status: 200 });
      const statuses: number[] = [];
      for (let call = 0; call < 5; call++) {
        const caller = callerOf(replicas[call % 2] as StoredMock, `sk_test_${call % 3}`);
        statuses.push((await caller.ask("GET", widgets)).status);
      }
      expect(statuses).toEqual([500, 500, 500, 200, 200]);
    }));

  test("tells whoever follows one replica what another one has answered, and what happened there", () =>
    withReplicas(async (...replicas) => {
      const [one, two] = replicas as [StoredMock, StoredMock];
      const stream = await two.fetch("http://127.0.0.1/_mock/events", {
        headers: { authorization: "Bearer sk_test_one" },
      });
      const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
      let events = "";
      const read = async () => {
        for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) events += next.value;
      };
      const reading = read();
      const { id } = await callerOf(one).create();
      await callerOf(one).ask("POST", "/_mock/clock/advance", { seconds: 2 });
      await expect.poll(() => events).toContain("crawl.succeeded");
      expect(events).toMatch(/request\.answered.*createWidget/s);
      expect(events).toContain(id);
      two.stop();
      await reading;
    }));

  test("lists on each replica what both have answered, in one order, with the bodies of its own", () =>
    withReplicas(async (...replicas) => {
      const [one, two] = replicas.map((replica) => callerOf(replica)) as [Caller, Caller];
      const listOf = async (caller: Caller) => {
        const { json } = await caller.ask("GET", "/_mock/requests?operation=createWidget");
        const { requests } = json as { readonly requests: { request_id: string; request?: { body?: string } }[] };
        return requests.map(({ request_id, request }) => ({
          id: request_id,
          name: request?.body && JSON.parse(request.body).name,
        }));
      };
      const names: string[] = [];
      for (let n = 0; n < 6; n++) {
        const turn = n % 2 === 0 ? one : two;
        await turn.create(`W${n}`);
        names.push(`W${n}`);
        // Looked at in between, by one of them: what is new is put behind what it has seen.
        await expect.poll(async () => (await listOf(one)).length).toBe(n + 1);
        // Written before the next one comes.
        await expect.poll(() => recordedIn(`test_${databases - 1}`)).toBe(n + 1);
      }
      await expect.poll(async () => (await listOf(two)).length).toBe(6);
      const [ofOne, ofTwo] = [await listOf(one), await listOf(two)];
      expect(ofOne.map(({ id }) => id)).toEqual(ofTwo.map(({ id }) => id));
      expect(ofOne.map(({ name }) => name)).toEqual(names.map((name, n) => (n % 2 === 0 ? name : undefined)));
      expect(ofTwo.map(({ name }) => name)).toEqual(names.map((name, n) => (n % 2 === 1 ? name : undefined)));
      const happened = async (caller: Caller) => (await caller.ask("GET", "/_mock/happenings")).json;
      expect(await happened(one)).toEqual(await happened(two));
      // What was recorded before a reset is not missed, and what comes after it is not there twice.
      await one.ask("POST", "/_mock/reset", {});
      await one.create();
      await two.create();
      for (const caller of [one, two]) await expect.poll(async () => (await listOf(caller)).length).toBe(2);
    }));

  test("waits on one replica for requests that the other answers", () =>
    withReplicas(async (...replicas) => {
      const [one, two] = replicas.map((replica) => callerOf(replica)) as [Caller, Caller];
      await one.create("before");
      const waiting = two.ask("GET", "/_mock/requests?operation=createWidget&wait_for=3&timeout_seconds=60");
      await two.create("here");
      await one.create("there");
      expect((await waiting).json).toMatchObject({ requests: [{}, {}, {}] });
    }));

  test("sends on the traceparent of a request that another replica has answered", async () => {
    const receiver = await startReceiver();
    await withReplicas(
      async (...replicas) => {
        const [one, two] = replicas as [StoredMock, StoredMock];
        const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        const created = await one.fetch(`http://127.0.0.1${widgets}`, {
          method: "POST",
          headers: { authorization: "Bearer sk_test_one", "content-type": "application/json", traceparent },
          body: JSON.stringify({ name: "W", site_url: "https://w.example" }),
        });
        expect(created.status).toBe(201);
        await expect.poll(() => recordedIn(`test_${databases - 1}`)).toBe(1);
        await callerOf(two).ask("POST", "/_mock/clock/advance", { seconds: 2 });
        await expect.poll(() => receiver.received.length).toBe(1);
        expect(receiver.received[0]?.headers).toMatchObject({ traceparent });
      },
      { webhooks: [{ url: receiver.url }] },
    );
  });

  test("says how many connections and organizations it has, and what is overdue", () =>
    withReplicas(async (one) => {
      await callerOf(one as StoredMock).create();
      const figures = (await one?.store.metrics?.()) ?? [];
      expect(Object.fromEntries(figures.map(({ name, value }) => [name, value]))).toEqual({
        database_up: 1,
        database_connections: expect.any(Number),
        database_connections_idle: expect.any(Number),
        database_connections_waited_for: 0,
        database_copies: 2,
        database_worlds: 1,
        database_deliveries_sent: 0,
        due_worlds: 0,
        due_lag_seconds: 0,
      });
    }));

  test("does not take a command for committed whose transaction's number was given to another one after a crash", () =>
    withReplicas(async (...replicas) => {
      const [one, two] = replicas.map((replica) => callerOf(replica));
      await one?.create();
      const other = cluster.sql(`test_${databases - 1}`, "select pg_current_xact_id()").trim();
      const query: (this: unknown, ...asked: unknown[]) => unknown = pg.Client.prototype.query;
      let isCrash = true;
      const crash = vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (
        this: unknown,
        ...asked: unknown[]
      ) {
        const [statement] = asked as [string | { name?: string; values?: unknown[] }];
        if (statement === "commit" && isCrash) {
          isCrash = false;
          const ended = Object.assign(new Error("the connection has ended"), { code: "57P01" });
          return (query.call(this, "rollback") as Promise<unknown>).then(() => Promise.reject(ended));
        }
        if (typeof statement === "object" && statement.name === "transaction-status") statement.values = [other];
        return query.apply(this, asked);
      } as never);
      onTestFinished(() => crash.mockRestore());
      const { id } = (await one?.create()) ?? {};
      expect(isCrash).toBe(false);
      expect(await two?.ask("GET", `${widgets}/${id}`)).toMatchObject({ status: 200 });
      expect((await two?.ask("GET", widgets))?.json).toHaveProperty("data.length", 2);
    }));

  test("waits at its start for a database that goes away in the middle of it", async () => {
    const query: (this: unknown, ...asked: unknown[]) => unknown = pg.Client.prototype.query;
    let isAway = true;
    const away = vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (
      this: unknown,
      ...asked: unknown[]
    ) {
      const [statement] = asked as [{ name?: string }];
      if (statement.name !== "lock-worlds" || !isAway) return query.apply(this, asked);
      isAway = false;
      return Promise.reject(new Error("it is away"));
    } as never);
    onTestFinished(() => away.mockRestore());
    const url = cluster.createDatabase("away_at_start");
    const replica = await openMockWith(postgresStore({ url, patienceMs: 30_000 }), {});
    expect(isAway).toBe(false);
    expect(await callerOf(replica).create()).toHaveProperty("id");
    await replica.close();
  });

  test("knows a key no more whose creation could not be committed", () =>
    withReplicas(async (replica) => {
      const admin = callerOf(replica, "");
      const database = `test_${databases - 1}`;
      cluster.sql(
        database,
        `create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
        create trigger refuse before insert on widgets_mock.rows for each row when (new.kind = 'key')
        execute function refuse()`,
      );
      expect(await admin.ask("POST", "/_mock/organizations/acme/keys")).toMatchObject({ status: 503 });
      cluster.sql(database, "drop function refuse cascade");
      expect(await admin.ask("GET", "/_mock/organizations")).toMatchObject({ json: { total: 0 } });
      expect(await admin.ask("POST", "/_mock/organizations/acme/keys")).toMatchObject({ status: 200 });
    }));

  test("holds copies of no more worlds than it may, and forgets none of the worlds", () =>
    withReplicas(
      async (replica) => {
        const keys = Array.from({ length: 5 }, (_, n) => `sk_test_${n}`);
        const ids = new Map<string, unknown>();
        for (const key of keys) ids.set(key, (await callerOf(replica, key).create())["id"]);
        for (const [key, id] of ids) {
          expect(await callerOf(replica, key).ask("GET", `${widgets}/${id}`)).toMatchObject({ status: 200 });
          // What all share is one more.
          expect(await copiesOf(replica)).toBeLessThanOrEqual(3);
        }
      },
      { maxWorlds: 2 },
    ));

  test("restores a snapshot with organizations that it has no more, in the place of all that it has", () =>
    withReplicas(async (...replicas) => {
      const [one, two] = replicas as [StoredMock, StoredMock];
      const { id } = await callerOf(one).create();
      const admin = callerOf(one, "");
      const { json: snapshot } = await admin.ask("GET", "/_mock/snapshot");
      expect(await admin.ask("POST", "/_mock/reset", {})).toMatchObject({ status: 200 });
      await callerOf(one, "sk_test_two").create();
      expect(await admin.ask("PUT", "/_mock/snapshot", snapshot)).toMatchObject({ status: 200 });
      for (const replica of [two, one]) {
        expect(await callerOf(replica).ask("GET", `${widgets}/${id}`)).toMatchObject({ status: 200 });
        expect(await callerOf(replica, "sk_test_two").ask("GET", widgets)).toMatchObject({ json: { data: [] } });
      }
      expect(await callerOf(two).create()).toHaveProperty("id");
      expect((await callerOf(one).ask("GET", widgets)).json).toHaveProperty("data.length", 2);
    }));

  test("unloads the world first that was used last the longest ago, by whatever request", () =>
    withReplicas(
      async (replica) => {
        const [one, two, three] = ["one", "two", "three"].map((name) => callerOf(replica, `sk_test_${name}`));
        for (const caller of [one, two, one, three]) await caller?.create();
        // Of a world that is loaded again, what requests said is lost.
        const said = { operation: "createWidget", body: { name: "Bakery" }, exactly: 2 };
        expect(await one?.ask("POST", "/_mock/requests/verify", said)).toMatchObject({ status: 200 });
      },
      { maxWorlds: 2 },
      1,
    ));

  test("records a request once on a replica that loads its world while it hears of it", () =>
    withReplicas(async (...replicas) => {
      const [one, two] = replicas.map((replica) => callerOf(replica));
      const load = vi.fn(async () => expect(await two?.ask("GET", widgets)).toMatchObject({ status: 200 }));
      atNextAnswer("latest-records", load, { isNumbered: true });
      await one?.create();
      await one?.ask("POST", "/_mock/clock/advance", { seconds: 2 });
      await expect.poll(() => two?.ask("GET", "/_mock/happenings")).toHaveProperty("json.happened.length", 2);
      expect(load).toHaveBeenCalledOnce();
      for (const expected of [{ operation: "createWidget" }, { operation: "listWidgets" }]) {
        const verified = await two?.ask("POST", "/_mock/requests/verify", { ...expected, exactly: 1 });
        expect(verified).toMatchObject({ status: 200 });
      }
      expect(await two?.ask("GET", "/_mock/happenings")).toMatchObject({ json: { happened: [{}, {}] } });
    }));

  test("answers a read whose copy is unloaded while it asks what is new", () =>
    withReplicas(
      async (replica) => {
        const { id } = await callerOf(replica).create();
        const other = callerOf(replica, "sk_test_two").create;
        const unload = vi.fn(() => other());
        atNextAnswer("look-at-worlds", unload);
        expect(await callerOf(replica).ask("GET", `${widgets}/${id}`)).toMatchObject({ status: 200, json: { id } });
        expect(unload).toHaveBeenCalledOnce();
      },
      { maxWorlds: 1 },
      1,
    ));

  test("begins an organization anew that was removed on the other", () =>
    withReplicas(async (...replicas) => {
      const [admin, other] = replicas.map((replica) => callerOf(replica, ""));
      const partners = async () => {
        const { json } = (await admin?.ask("POST", "/_mock/organizations/acme/keys")) ?? {};
        return replicas.map((replica) => callerOf(replica, (json as unknown as { key: string }).key));
      };
      for (const partner of await partners()) await partner.create();
      expect(await other?.ask("DELETE", "/_mock/organizations/acme")).toMatchObject({ status: 200 });
      for (const [n, partner] of (await partners()).entries()) {
        await partner.create();
        expect((await partner.ask("GET", widgets)).json).toHaveProperty("data.length", n + 1);
      }
    }));

  test("does not say that an organization has used nothing which only the other replica serves", () =>
    withReplicas(
      async (...replicas) => {
        const { json } = await callerOf(replicas[0] as StoredMock, "").ask("POST", "/_mock/organizations/acme/keys");
        const [one, two] = replicas.map((replica) => callerOf(replica, (json as { key: string }).key));
        await one?.create();
        const used = async () => {
          const answer = await callerOf(replicas[1] as StoredMock, "").ask("GET", "/_mock/organizations/acme");
          const { usage } = answer.json as { usage: { quota: string; used?: number }[] };
          return usage.find(({ quota }) => quota === "widgets");
        };
        expect(await used()).toEqual({ quota: "widgets", limit: 5 });
        await two?.ask("GET", widgets);
        expect(await used()).toEqual({ quota: "widgets", limit: 5, used: 1 });
      },
      { quotas: { widgets: 5 } },
    ));

  test("loads no world for an admin who makes keys, and one for an admin who looks at a widget", () =>
    withReplicas(async (one, two) => {
      const admin = callerOf(two as StoredMock, "");
      const ids = [];
      for (const key of ["sk_test_a", "sk_test_b", "sk_test_c"]) {
        ids.push((await callerOf(one as StoredMock, key).create())["id"]);
      }
      const copies = () => copiesOf(two as StoredMock);
      expect(await admin.ask("POST", "/_mock/organizations/acme/keys")).toMatchObject({ status: 200 });
      expect(await admin.ask("GET", "/_mock/organizations/acme")).toMatchObject({ json: { organization: "acme" } });
      // What all share.
      expect(await copies()).toBe(1);
      expect(await admin.ask("GET", `/_mock/widgets/${ids[1]}`)).toMatchObject({ json: { widget: { id: ids[1] } } });
      expect(await copies()).toBe(2);
      expect(await admin.ask("DELETE", "/_mock/organizations/acme")).toMatchObject({ status: 200 });
      expect(await admin.ask("GET", "/_mock/organizations/acme")).toMatchObject({ status: 404 });
    }));

  test.each(["GET", "POST"])("knows whose key it is that the other has made while any key is accepted: %s", (method) =>
    withReplicas(async (one, two) => {
      const { json } = await callerOf(two as StoredMock, "").ask("POST", "/_mock/organizations/acme/keys");
      const { key } = json as { readonly key: string };
      const body = method === "POST" ? { name: "W", site_url: "https://w.example" } : undefined;
      const { status } = await callerOf(one as StoredMock, key).ask(method, widgets, body);
      expect(status).toBe(method === "POST" ? 201 : 200);
      await callerOf(two as StoredMock, key).create();
      const page = (await callerOf(one as StoredMock, key).ask("GET", widgets)).json as { readonly data: unknown[] };
      expect(page.data).toHaveLength(method === "POST" ? 2 : 1);
    }));

  test("lists worlds and organizations for an admin without loading any", () =>
    withReplicas(async (one, two) => {
      const admin = callerOf(two as StoredMock, "");
      const { key } = (await admin.ask("POST", "/_mock/organizations/acme/keys")).json;
      await admin.ask("POST", "/_mock/organizations/beta/keys");
      await callerOf(one as StoredMock, key).create();
      await callerOf(one as StoredMock, "sk_test_open").create();
      await callerOf(one as StoredMock, "sk_test_open").create();
      await callerOf(one as StoredMock, "sk_test_open").ask("POST", "/_mock/clock/advance", { seconds: 60 });
      const clock = { now: "2026-01-01T00:00:00.000Z", running: false };
      const acme = { organization: "acme", widgets: 1, requests: 1, clock };
      const open = { widgets: 2, requests: 2, clock: { now: "2026-01-01T00:01:00.000Z", running: false } };
      const asked = async (path: string) => (await admin.ask("GET", path)).json;
      await expect.poll(() => asked("/_mock/worlds")).toMatchObject({ total: 2, worlds: [acme, open] });
      expect(JSON.stringify(await asked("/_mock/worlds"))).not.toContain("sk_test_open");
      expect(await asked("/_mock/worlds?offset=1&limit=1")).toMatchObject({ total: 2, worlds: [open] });
      expect(await asked("/_mock/worlds?offset=9")).toEqual({ total: 2, worlds: [] });
      const { organizations } = (await asked("/_mock/organizations")) as { organizations: { world?: object }[] };
      expect(organizations.map(({ world }) => world)).toEqual([acme, undefined]);
      expect(await asked("/_mock/organizations/acme")).toMatchObject({ world: acme });
      for (const path of ["clock", "crawls", "faults", "health"]) await asked(`/_mock/${path}`);
      // What all share.
      expect(await copiesOf(two as StoredMock)).toBe(1);
    }));

  test("notes what became of an event whose world was unloaded while it was sent", async () => {
    const slow = await slowReceiver();
    await withReplicas(
      async (replica) => {
        const [one, two] = [callerOf(replica, "sk_test_one"), callerOf(replica, "sk_test_two")];
        await one.ask("POST", "/_mock/webhooks", { url: slow.url });
        await one.create();
        await expect.poll(() => slow.count()).toBe(1);
        await two.create();
        slow.answer();
        await expect
          .poll(() => one.ask("GET", "/_mock/deliveries"))
          .toMatchObject({ json: { deliveries: [{ state: "delivered", attempts: [{ status: 204 }] }] } });
        expect(slow.count()).toBe(1);
      },
      { clock: "real", crawl: "50ms", maxWorlds: 1 },
      // Another one might send the event, and has no need to unload its world.
      1,
    );
  });

  test("waits on one replica until the other has sent what is on its way", async () => {
    const slow = await slowReceiver();
    await withReplicas(async (...replicas) => {
      const [one, two] = replicas.map((replica) => callerOf(replica));
      await one?.ask("POST", "/_mock/webhooks", { url: slow.url });
      await one?.create();
      // It waits for the answer itself.
      const advanced = one?.ask("POST", "/_mock/clock/advance", { seconds: 2 });
      await expect.poll(() => slow.count()).toBe(1);
      const settled = two?.ask("POST", "/_mock/settle");
      // It asks the database again and again meanwhile.
      await two?.ask("GET", "/_mock/clock");
      slow.answer();
      expect(await settled).toMatchObject({ json: { deliveries: [{ state: "delivered" }] } });
      await advanced;
      expect(slow.count()).toBe(1);
    });
  });

  test("asks for an upgrade once a newer version has migrated the schema", () =>
    withReplicas(async (replica) => {
      const caller = callerOf(replica);
      const { id } = await caller.create();
      const database = `test_${databases - 1}`;
      cluster.sql(database, "insert into widgets_mock.migrations (number, name) values (999, 'later')");
      for (const refused of [
        await caller.ask("GET", `${widgets}/${id}`),
        await caller.ask("POST", widgets, { name: "W", site_url: "https://w.example" }),
        await caller.ask("GET", "/_mock/ready"),
      ]) {
        expect(refused).toMatchObject({ status: 503, json: { detail: expect.stringContaining("upgrade this one") } });
      }
      cluster.sql(database, "delete from widgets_mock.migrations where number = 999");
      expect(await caller.ask("GET", `${widgets}/${id}`)).toMatchObject({ status: 200 });
    }));

  test("answers 503 with the reason while the database is away, says so in its metrics, and goes on when it is back", async () => {
    const own = await createCluster({ settings: ["fsync=off"] });
    const [replica] = await openReplicas(own.url, 1);
    const caller = replica && callerOf(replica);
    const { id } = (await caller?.create()) ?? {};
    const metrics = async () => readMetrics(await ((await replica?.fetch("http://127.0.0.1/metrics"))?.text() ?? ""));
    const before = await metrics();
    expect(before.value("widgets_mock_database_up", {})).toBe(1);
    expect(before.value("widgets_mock_database_worlds", {})).toBe(1);
    expect(before.value("widgets_mock_database_connections", {})).toBeGreaterThan(0);
    await own.halt();
    const { value } = await metrics();
    expect(value("widgets_mock_database_up", {})).toBe(0);
    expect(value("widgets_mock_due_worlds", {})).toBeUndefined();
    expect(value("widgets_mock_requests_total", { operation: "createWidget", status: "201" })).toBe(1);
    const rejected = await caller?.ask("POST", widgets, { name: "A", site_url: "https://a.example" });
    expect(rejected).toMatchObject({ status: 503, json: { code: "store_unavailable" } });
    expect(await caller?.ask("GET", `${widgets}/${id}`)).toMatchObject({ status: 503 });
    expect(await caller?.ask("GET", "/_mock/ready")).toMatchObject({
      status: 503,
      json: { detail: expect.stringContaining("the database does not answer") },
    });
    await expect(openReplicas(own.url, 1)).rejects.toThrow(/^PostgreSQL at .* is not available: /);
    const waiting: string[] = [];
    const late = openMockWith(
      postgresStore({ url: own.url, patienceMs: 60_000, onWaiting: (reason) => waiting.push(reason) }),
    );
    await expect.poll(() => waiting).toHaveLength(1);
    await own.start();
    expect((await (await late).fetch("http://127.0.0.1/_mock/ready")).status).toBe(200);
    await (await late).close();
    expect(await caller?.ask("GET", `${widgets}/${id}`)).toMatchObject({ status: 200 });
    await replica?.close();
    await own.remove();
  });
});
