import { openDatabase } from "../mock/store/postgres/database.ts";
import { latestSchema, migrate } from "../mock/store/postgres/migrate.ts";
import { type Invocation, UsageError } from "./command-line/command.ts";
import type { migrateCommand } from "./database-flags.ts";

/**
 * Brings the schema of a database up to date.
 * @throws UsageError without a database
 */
export async function migrateDatabase({ flags, stdout }: Invocation<typeof migrateCommand.flags>): Promise<undefined> {
  if (flags.database === undefined) throw new UsageError("--database or WIDGETS_MOCK_DATABASE must name the database");
  const database = await openDatabase(flags.database);
  try {
    const done = await migrate(database);
    const what = done.length === 0 ? "is up to date" : `was migrated (${done.join(", ")})`;
    stdout.write(`${database.description} ${what}; its schema is ${latestSchema}.\n`);
  } finally {
    await database.close();
  }
}
