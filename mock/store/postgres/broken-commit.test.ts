import { type AddressInfo, connect, createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { widgets } from "../../api-client.test-helper.ts";
import { type Cluster, createCluster, lacksPostgres } from "./cluster.test-helper.ts";
import { callerOf, openReplicas } from "./replicas.test-helper.ts";

let cluster: Cluster;
beforeAll(async () => {
  if (!lacksPostgres) cluster = await createCluster({ byPort: true, settings: ["fsync=off"] });
});
afterAll(() => cluster?.remove());

/** Stands between a mock and its database, and breaks a connection right before or after the next commit. */
async function startBreaker(url: string) {
  const target = new URL(url);
  const port = Number(target.port);
  let next: "before" | "after" | undefined;
  const server = createServer((client) => {
    const upstream = connect(port, target.hostname);
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    client.on("error", end).on("close", end);
    upstream.on("error", end).on("close", end);
    client.on("data", (bytes) => {
      const isBroken = next !== undefined && bytes.includes("commit\0");
      if (isBroken && next === "before") end();
      else upstream.write(bytes);
      if (!isBroken) return;
      // The database commits; its answer arrives nowhere.
      if (next === "after") upstream.removeAllListeners("data").on("data", end);
      next = undefined;
    });
    upstream.on("data", (bytes) => client.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  target.port = String((server.address() as AddressInfo).port);
  return {
    url: target.href,
    breakNextCommit(when: "before" | "after") {
      next = when;
    },
    get isBroken() {
      return next === undefined;
    },
    close: () => server.close(),
  };
}

test.skipIf(lacksPostgres)(
  "a mock that is closed while a request waits for another try carries it out first",
  async () => {
    const breaker = await startBreaker(cluster.createDatabase("broken_closing"));
    const [mock] = await openReplicas(breaker.url, 1, { clock: "manual" });
    if (!mock) throw new Error("no mock was opened");
    const caller = callerOf(mock);
    await caller.create();
    breaker.breakNextCommit("before");
    const creating = caller.create();
    await expect.poll(() => breaker.isBroken, { interval: 1 }).toBe(true);
    // The broken connection is noticed in a turn of the event loop or two.
    await new Promise((resolve) => setTimeout(resolve, 20));
    await mock.close();
    expect(await creating).toMatchObject({ name: "Bakery" });
    breaker.close();
  },
);

test.skipIf(lacksPostgres).each(["before", "after"] as const)(
  "a request whose connection breaks right %s its commit is carried out once, and its answer says so",
  async (when) => {
    const breaker = await startBreaker(cluster.createDatabase(`broken_${when}`));
    const [mock] = await openReplicas(breaker.url, 1, { clock: "manual" });
    if (!mock) throw new Error("no mock was opened");
    const caller = callerOf(mock);
    const first = await caller.create();
    breaker.breakNextCommit(when);
    const second = await caller.create();
    expect(breaker.isBroken).toBe(true);
    const { json } = await caller.ask("GET", widgets);
    expect((json as { data: { id: string }[] }).data.map(({ id }) => id)).toEqual([second["id"], first["id"]]);
    await mock.close();
    breaker.close();
  },
);
