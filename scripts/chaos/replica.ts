import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const bin = join(import.meta.dirname, "../../dist/cli/widgets-mock.js");

/** A mock as a process of the operating system, which has the same port each time that it is started. */
export class Replica {
  readonly port: number;
  /** What it has written to its standard error, over all of its lives. */
  readonly errors: string[] = [];
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  constructor(port: number, args: readonly string[]) {
    this.port = port;
    this.#args = [...args, "--quiet", "--port", String(port)];
    process.once("exit", () => this.#child?.kill("SIGKILL"));
  }

  /** Starts it, and waits until it listens. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [bin, ...this.#args], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    child.stderr.setEncoding("utf8").on("data", (text) => this.errors.push(text));
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`a mock ended with ${code} before it listened: ${this.errors.join("")}`);
    });
    await Promise.race([once(child.stdout, "data"), ended]);
    ended.catch(() => undefined);
  }

  /** Ends it, and waits until it is gone. */
  async end(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  /** Stops it for a while: its connections stay open, and nobody answers. */
  async freeze(milliseconds: number): Promise<void> {
    this.#child?.kill("SIGSTOP");
    await sleep(milliseconds);
    this.#child?.kill("SIGCONT");
  }
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => server.listening || once(server, "listening")));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
