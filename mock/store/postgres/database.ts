import type { Pool, PoolClient, PoolConfig, QueryConfig, QueryResult } from "pg";
import type { Refusal } from "../../refusal.ts";
import { storeUnavailable } from "../store-unavailable.ts";

type Pg = typeof import("pg");

/** A connection that belongs to whoever has taken it, until it is given back. */
export type DatabaseConnection = PoolClient;

/** A statement that each connection prepares once, by its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** How long a process that is frozen can hold a lock: then the database ends its transaction. */
const idleInTransactionMs = 4000;
/** Nothing that is asked of the database takes so long, unless it hangs. */
const queryMs = 20_000;
const connectMs = 3000;
const maxConnections = 10;

/** PostgreSQL's numbers for the types of columns that are numbers here: bigint, double precision, numeric. */
const numberTypes: ReadonlySet<number> = new Set([20, 701, 1700]);

/** Connections to a database. They are opened when they are needed, and again after it was away. */
export class Database {
  /** Where it is, without user and password. */
  readonly description: string;
  readonly #pool: Pool;
  readonly #pg: Pg;
  readonly #config: PoolConfig;

  constructor(pg: Pg, url: string) {
    this.#pg = pg;
    this.description = describeUrl(url);
    this.#config = {
      connectionString: url,
      pipeline: true,
      max: maxConnections,
      keepAlive: true,
      application_name: "widgets-mock",
      connectionTimeoutMillis: connectMs,
      idle_in_transaction_session_timeout: idleInTransactionMs,
      query_timeout: queryMs,
      types: {
        getTypeParser: ((type: number, format?: "text" | "binary") =>
          numberTypes.has(type)
            ? Number
            : pg.types.getTypeParser(type, format as "text")) as typeof pg.types.getTypeParser,
      },
    };
    this.#pool = new pg.Pool(this.#config);
    this.#pool.on("connect", (client) => {
      // Whoever waits for an answer hears of a broken connection. A second error of it, which nobody waits for, is no news.
      client.on("error", () => undefined);
      // Plans are kept from a time when the tables were small, and to read one of them whole is never what is wanted.
      void client.query("set enable_seqscan = off").catch(() => undefined);
    });
    // An idle connection that breaks is replaced by the next one who needs it.
    this.#pool.on("error", () => undefined);
  }

  /** Number of connections, of those that are idle, and of those who wait for one. */
  get figures(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { total: totalCount, idle: idleCount, waiting: waitingCount };
  }

  /** Takes a connection. */
  take(): Promise<DatabaseConnection> {
    return this.#pool.connect();
  }

  /** Opens a connection of its own, which is not one of the pool. */
  async open() {
    const client = new this.#pg.Client({ ...this.#config, query_timeout: undefined });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }

  /** Asks one thing, on any connection. */
  query(statement: Statement, values: readonly unknown[] = []): Promise<QueryResult> {
    return this.#pool.query({ ...statement, values: [...values] });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** A statement with its values. */
export function prepared(statement: Statement, ...values: unknown[]): QueryConfig {
  return { ...statement, values };
}

/**
 * Opens a database.
 * @throws Error that says what to install, or what a connection string looks like; it does not repeat the password
 */
export async function openDatabase(url: string): Promise<Database> {
  if (!isDatabaseUrl(url)) {
    throw new Error("the database must be a connection string: postgres://<user>:<password>@<host>:<port>/<database>");
  }
  const { default: pg } = await import("pg").catch((error: unknown) => {
    if (!isMissingModule(error)) throw error;
    throw new Error("a database needs the package pg, which is not installed; install it with: npm install pg");
  });
  return new Database(pg as unknown as Pg, url);
}

/** True for what looks like the connection string of a PostgreSQL database. */
export function isDatabaseUrl(url: string): boolean {
  return /^postgres(ql)?:\/\/./.test(url);
}

function isMissingModule(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
}

/** Host, port and name of a database. */
function describeUrl(url: string): string {
  if (!URL.canParse(url)) return "PostgreSQL";
  const { hostname, port, pathname } = new URL(url);
  return `PostgreSQL at ${decodeURIComponent(hostname) || "localhost"}${port === "" ? "" : `:${port}`}${pathname}`;
}

/** The codes of errors that end a connection, or that it never came to be; and those after which the same can be tried again. */
const passing = /^(08|57P|53|25P03|40|55P03|E[A-Z_]+$)/;

/** True if the same may succeed a moment later: the database is away, starts, ends a connection, or prefers another one. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === "string") return passing.test(code);
  return /connection|timeout|terminated|not queryable/i.test(error.message);
}

/** The rejection of a request whose state cannot be read or written. */
export function databaseUnavailable(error: unknown): Refusal {
  const { message = "", code = "" } = error as { message?: string; code?: string };
  return storeUnavailable(`the database does not answer (${message || code})`);
}
