import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "undici";

/** Where Debian has its Firefox. */
const firefoxPath = "/usr/bin/firefox-esr";

/** Why tests in Firefox are skipped; undefined in CI, where a missing Firefox is a failure. */
export const reasonToSkipFirefox =
  existsSync(firefoxPath) || process.env["CI"]
    ? undefined
    : "this machine has no Firefox; on Debian, apt-get install firefox-esr";

/** A tab of Debian's Firefox. */
export interface FirefoxTab {
  /** Opens an address, and waits until it is loaded. */
  open(url: string): Promise<void>;
  /** Waits until an expression is true in the page, and fails with it after 20 seconds. */
  waitFor(expression: string): Promise<void>;
  /** Evaluates an expression that is a text. */
  read(expression: string): Promise<string>;
  /** What the pages logged, errors that nobody caught included. */
  readonly logged: readonly string[];
  /** Ends Firefox. */
  close(): Promise<void>;
}

/**
 * Starts Firefox, and drives it by WebDriver BiDi (W3C): Playwright can only drive a Firefox of its own.
 * @throws Error if it does not start
 */
export async function startFirefox(): Promise<FirefoxTab> {
  const profile = await mkdtemp(join(tmpdir(), "firefox-"));
  const args = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"];
  const firefox = spawn(firefoxPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(firefox, "exit");
  const socket = new WebSocket(`${await addressOf(firefox)}/session`);
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  const { send, logged } = converse(socket);
  await send("session.new", { capabilities: {} });
  await send("session.subscribe", { events: ["log.entryAdded"] });
  const { contexts } = await send("browsingContext.getTree", {});
  const [{ context }] = contexts as [{ context: string }];
  const evaluate = async (expression: string) => {
    const { result, exceptionDetails } = await send("script.evaluate", {
      ...{ expression, target: { context }, awaitPromise: true },
    });
    if (exceptionDetails) throw new Error((exceptionDetails as { text: string }).text);
    return (result as { value?: unknown }).value;
  };
  return {
    logged,
    async open(url) {
      await send("browsingContext.navigate", { context, url, wait: "complete" });
    },
    async waitFor(expression) {
      const isTrue = await evaluate(`new Promise((resolve) => {
        const end = Date.now() + 20000;
        const look = () => {
          if (${expression}) resolve(true);
          else if (Date.now() > end) resolve(false);
          else setTimeout(look, 50);
        };
        look();
      })`);
      if (!isTrue) throw new Error(`In Firefox, this did not become true: ${expression}`);
    },
    read: async (expression) => String(await evaluate(expression)),
    async close() {
      socket.close();
      firefox.kill();
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The address that Firefox names on its standard error. */
async function addressOf(firefox: ChildProcess): Promise<string> {
  if (!firefox.stderr) throw new Error("Firefox has no standard error");
  for await (const line of createInterface(firefox.stderr)) {
    const address = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1];
    if (address) return address;
  }
  throw new Error("Firefox ended before it named its address");
}

type Fields = { readonly [name: string]: unknown };

/** Sends commands and waits for their results. */
function converse(socket: WebSocket) {
  const waiting = new Map<number, (answer: Fields) => void>();
  const logged: string[] = [];
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(String(data));
    if (message.method === "log.entryAdded") logged.push(message.params.text);
    waiting.get(message.id)?.(message);
  });
  const send = async (method: string, params: Fields): Promise<Fields> => {
    const id = waiting.size + 1;
    const answer = await new Promise<Fields>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
    if (answer["type"] === "error") throw new Error(`${method}: ${answer["message"]}`);
    return answer["result"] as Fields;
  };
  return { send, logged };
}
