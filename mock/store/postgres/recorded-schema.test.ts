import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { expectState, recordedOptions, writeState } from "../recorded-state.test-helper.ts";
import { type Cluster, createCluster, lacksPostgres } from "./cluster.test-helper.ts";
import { latestSchema } from "./migrate.ts";
import { openReplicas } from "./replicas.test-helper.ts";

let cluster: Cluster;
beforeAll(async () => {
  if (!lacksPostgres) cluster = await createCluster({ settings: ["fsync=off"] });
});
afterAll(() => cluster?.remove());

/*
 * Databases as the versions have left them that brought a migration. What is recorded is never changed again; after another
 * migration, RECORD_STATE=1 records another one.
 */
const fileOf = (schema: number) => join(import.meta.dirname, "recorded", `schema-${schema}.sql`);

async function record(): Promise<void> {
  const url = cluster.createDatabase("recording");
  for (let goOn: Awaited<ReturnType<typeof writeState>> | undefined; ; ) {
    const [mock] = await openReplicas(url, 1, recordedOptions);
    if (!mock) return;
    const isFirst = goOn === undefined;
    if (goOn) await goOn(mock);
    else goOn = await writeState(mock);
    await mock.close();
    if (!isFirst) break;
  }
  const dump = cluster.run("pg_dump", "--dbname", url, "--inserts", "--no-owner", "--schema", "widgets_mock");
  mkdirSync(dirname(fileOf(latestSchema)), { recursive: true });
  // Commands of psql are of its own version, and comments say when and with what it was dumped.
  const lines = dump
    .split("\n")
    .filter((line) => line !== "" && !/^(--|\\|SET |SELECT pg_catalog.set_config)/.test(line));
  writeFileSync(fileOf(latestSchema), `${lines.join("\n")}\n`);
}

const schemas = Array.from({ length: latestSchema }, (_, before) => before + 1);

test.skipIf(lacksPostgres).each(schemas)(
  "a database that was left with schema %i is migrated with everything in it",
  async (schema) => {
    const isMissing = !existsSync(fileOf(schema));
    if (isMissing && schema === latestSchema && process.env["RECORD_STATE"]) await record();
    else if (isMissing) throw new Error(`there is no database of schema ${schema}: record one with RECORD_STATE=1`);
    const name = `recorded_${schema}`;
    const url = cluster.createDatabase(name);
    cluster.sql(name, readFileSync(fileOf(schema), "utf8"));
    // As if it had been left by a version with the document of this one, which may have changed since.
    const [own] = await openReplicas(cluster.url, 1);
    await own?.close();
    const document = cluster.sql("widgets", "select document from widgets_mock.origin").trim();
    cluster.sql(name, `update widgets_mock.origin set document = '${document}'`);
    const [mock] = await openReplicas(url, 1, recordedOptions);
    if (mock) await expectState(mock);
    await mock?.close();
  },
);
