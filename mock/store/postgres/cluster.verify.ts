import { existsSync } from "node:fs";
import pg from "pg";
import { expect, test } from "vitest";
import { createCluster, lacksPostgres } from "./cluster.test-helper.ts";

test.skipIf(lacksPostgres)("starts a cluster of its own, which survives a crash and leaves nothing", async () => {
  const cluster = await createCluster();
  const folder = decodeURIComponent(new URL(cluster.url).hostname);
  const ask = async (text: string) => {
    const client = new pg.Client({ connectionString: cluster.url });
    await client.connect();
    const { rows } = await client.query(text);
    await client.end();
    return rows;
  };
  await ask("create table kept as select 1 as n");
  await cluster.crash();
  expect(await ask("select n from kept")).toEqual([{ n: 1 }]);
  await cluster.remove();
  expect(existsSync(folder)).toBe(false);
});
