import type { Engine } from "../../engine.ts";
import { snapshotHeader } from "../../snapshot/snapshot-text.ts";
import type { Database } from "./database.ts";
import { migrations } from "./generated/migrations.ts";
import { migrationLock } from "./statements.ts";

/** The number of the latest migration that this version has. */
export const latestSchema = migrations.length;

/**
 * Brings the schema of a database up to date, one process at a time.
 * @returns the numbers of the migrations that were carried out
 * @throws Error for a schema that is newer than this version
 */
export async function migrate(database: Database): Promise<number[]> {
  const client = await database.open();
  try {
    await client.query(`select pg_advisory_lock(${migrationLock})`);
    await client.query(`
      create schema if not exists widgets_mock;
      create table if not exists widgets_mock.migrations (
        number integer primary key, name text not null, applied_at timestamptz not null default now()
      )`);
    const { rows } = await client.query("select coalesce(max(number), 0) as number from widgets_mock.migrations");
    const present: number = rows[0].number;
    if (present > latestSchema) throw newerSchema(present);
    for (const [index, { name, sql }] of migrations.slice(present).entries()) {
      const number = present + index + 1;
      await client.query("begin");
      await client.query(sql);
      await client.query("insert into widgets_mock.migrations (number, name) values ($1, $2)", [number, name]);
      await client.query("commit");
    }
    return migrations.slice(present).map((_, index) => present + index + 1);
  } finally {
    await client.end();
  }
}

function newerSchema(found: number): Error {
  return new Error(
    `the database has schema ${found} of a newer version of widgets-mock, and this one knows ${latestSchema}; ` +
      "upgrade this one, or give it another database",
  );
}

/**
 * Claims a database for the document and the dialect of an engine, or checks that it is theirs.
 * @throws Error that says what to do
 */
export async function checkOrigin(database: Database, engine: Engine): Promise<void> {
  const { document, dialect, version } = snapshotHeader(engine);
  const insert = `
    insert into widgets_mock.origin (document, dialect, version) values ($1, $2, $3) on conflict do nothing`;
  await database.query({ name: "claim-origin", text: insert }, [document, dialect, version]);
  const { rows } = await database.query({ name: "read-origin", text: "select * from widgets_mock.origin" });
  const [found] = rows;
  if (found.document === document) return;
  throw new Error(
    `the database holds worlds of another document or dialect (${found.dialect}, by version ${found.version}; this is ` +
      `${dialect}, version ${version}); start with the same --document and --dialect, or give it another database`,
  );
}
