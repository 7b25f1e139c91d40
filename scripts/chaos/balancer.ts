import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lacksTool } from "../../mock/store/postgres/lacks-tool.test-helper.ts";

const configFile = join(import.meta.dirname, "../../deploy/haproxy.cfg");

const program = ["/usr/sbin", ...(process.env["PATH"] ?? "").split(":")]
  .map((folder) => join(folder, "haproxy"))
  .find((file) => existsSync(file));

/** True if tests that need HAProxy are to be skipped. */
export const lacksBalancer = lacksTool("HAProxy", program !== undefined);

/** A running HAProxy. */
export interface Balancer {
  /** Base URL, without a slash at the end. */
  readonly url: string;
  end(): Promise<void>;
}

/** Which mock gets a request: as `deploy/` has it, the same one for the same key; or each in turn, so that mocks meet. */
export type Balance = "by key" | "in turn";

/**
 * Starts HAProxy with the configuration of `deploy/`, before mocks on this machine.
 * @param ports of the mocks
 * @throws Error if HAProxy is not installed, or rejects the configuration
 */
export async function startBalancer(port: number, ports: readonly number[], balance: Balance): Promise<Balancer> {
  if (program === undefined) throw new Error("HAProxy is missing; install it with .ci/install-tools");
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-haproxy-"));
  const file = join(folder, "haproxy.cfg");
  writeFileSync(file, configFor(port, ports, balance));
  const written: string[] = [];
  const child = spawn(program, ["-db", "-f", file], { stdio: ["ignore", "ignore", "pipe"] });
  child.stderr.setEncoding("utf8").on("data", (text) => written.push(text));
  const clean = () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", clean);
  const url = `http://127.0.0.1:${port}`;
  await whenReady(url, child, written);
  return {
    url,
    async end() {
      process.off("exit", clean);
      const ended = once(child, "exit");
      clean();
      await ended;
    },
  };
}

/** The configuration of `deploy/` with other addresses, and with another choice of mocks where that is asked for. */
function configFor(port: number, ports: readonly number[], balance: Balance): string {
  const servers = ports.map((one) => `  server mock${one} 127.0.0.1:${one}`).join("\n");
  const deployed = readFileSync(configFile, "utf8");
  return (
    balance === "by key" ? deployed : deployed.replace(/^ {2}balance .*\n {2}hash-type .*$/m, "  balance roundrobin")
  )
    .replace(/^ {2}bind .*$/m, `  bind 127.0.0.1:${port}`)
    .replace(/^ {2}server-template .*$/m, servers);
}

async function whenReady(url: string, child: ChildProcess, written: readonly string[]): Promise<void> {
  while (true) {
    if (child.exitCode !== null) throw new Error(`HAProxy ended with ${child.exitCode}: ${written.join("")}`);
    const status = await fetch(`${url}/_mock/ready`).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
