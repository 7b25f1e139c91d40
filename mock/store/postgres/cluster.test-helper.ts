import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lacksTool } from "./lacks-tool.test-helper.ts";

/** A PostgreSQL cluster of its own, in a temporary folder. */
export interface Cluster {
  /** The connection string of its database, by a socket, or by a port of 127.0.0.1 where that was asked for. */
  readonly url: string;
  /** Carries out SQL in one of its databases. */
  sql(database: string, text: string): string;
  /** Creates another database, and gives its connection string. */
  createDatabase(name: string): string;
  /** Ends it as a crash would, and starts it again. */
  crash(): Promise<void>;
  /** Starts it again after `halt`. */
  start(): Promise<void>;
  /** Ends it as a crash would. */
  halt(): Promise<void>;
  /** Runs a program of PostgreSQL, such as pg_dump, and returns what it prints. */
  run(program: string, ...args: readonly string[]): string;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

const debianFolder = "/usr/lib/postgresql";

/** The folder of PostgreSQL's programs: that of the newest version which Debian's packages have brought, or one of PATH. */
const programs = [
  ...(existsSync(debianFolder) ? readdirSync(debianFolder).sort((a, b) => Number(b) - Number(a)) : []).map((version) =>
    join(debianFolder, version, "bin"),
  ),
  ...(process.env["PATH"] ?? "").split(":"),
].find((folder) => existsSync(join(folder, "initdb")));

/** True if tests that need PostgreSQL are to be skipped. */
export const lacksPostgres = lacksTool("PostgreSQL", programs !== undefined);

/**
 * Creates a cluster and starts it.
 * @param settings of the server, such as `fsync=off`
 * @throws Error if PostgreSQL is not installed
 */
export async function createCluster({
  byPort = false,
  settings = [],
}: {
  readonly byPort?: boolean;
  readonly settings?: readonly string[];
} = {}): Promise<Cluster> {
  if (programs === undefined) throw new Error("PostgreSQL is missing; install it with .ci/install-tools");
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-pg-"));
  const identity = otherUser();
  if (identity) chownSync(folder, identity.uid, identity.gid);
  const data = join(folder, "data");
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(join(programs, program), args, {
      ...identity,
      cwd: folder,
      encoding: "utf8",
      stdio: "pipe",
      maxBuffer: 1e9,
    });
  run("initdb", "--pgdata", data, "--username", "widgets", "--auth", "trust", "--encoding", "UTF8", "--no-sync");
  const port = byPort ? await freePort() : 5432;
  const listen = byPort ? ["-h", "127.0.0.1"] : ["-h", ""];
  const options = settings.flatMap((setting) => ["-c", setting]);
  let server: ChildProcess | undefined;
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const kill = () => {
    server?.kill("SIGQUIT");
    remove();
  };
  process.once("exit", kill);

  const isReady = () => {
    try {
      run("pg_isready", "-q", "-h", folder, "-p", String(port));
      return true;
    } catch {
      return false;
    }
  };
  const start = async () => {
    server = spawn(join(programs, "postgres"), ["-D", data, "-k", folder, "-p", String(port), ...listen, ...options], {
      ...identity,
      cwd: folder,
      stdio: "ignore",
    });
    while (!isReady()) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  };
  await start();
  const address = byPort ? `127.0.0.1:${port}` : encodeURIComponent(folder);
  const createDatabase = (name: string) => {
    run("createdb", "-h", folder, "-p", String(port), "-U", "widgets", name);
    return `postgres://widgets@${address}/${name}`;
  };
  return {
    url: createDatabase("widgets"),
    createDatabase,
    sql: (database, text) => run("psql", "-h", folder, "-p", String(port), "-U", "widgets", "-XAtc", text, database),
    run,
    start,
    halt: () => end("SIGQUIT"),
    async crash() {
      await end("SIGQUIT");
      await start();
    },
    async remove() {
      process.off("exit", kill);
      await end("SIGQUIT");
      remove();
    },
  };
}

/** PostgreSQL refuses to run as root: there, the user that its package has made, or else nobody. */
function otherUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string, user: string) =>
    Number(execFileSync("id", [flag, user], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return { uid: idOf("-u", "postgres"), gid: idOf("-g", "postgres") };
  } catch {
    return { uid: idOf("-u", "nobody"), gid: idOf("-g", "nobody") };
  }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}
