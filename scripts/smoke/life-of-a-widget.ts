import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { makeClient } from "../../examples/integration/client.ts";
import { lifeOfAWidget } from "../../examples/integration/life-of-a-widget.ts";

/**
 * Starts the bin that is installed in a folder, in a dialect and with a clock that stands, and takes a widget through all
 * that is documented, as the example of an integration does.
 * @throws Error where a step fails
 */
export async function driveLifeOfAWidget(folder: string, dialect: string): Promise<void> {
  const bin = join(folder, "node_modules/.bin/widgets-mock");
  const child = spawn(bin, ["--port", "0", "--clock", "manual", "--dialect", dialect]);
  const ended = new Promise((resolve) => child.once("error", resolve).once("exit", resolve));
  try {
    const baseUrl = await urlOf(child);
    const client = makeClient({ baseUrl, apiKey: "sk_test_smoke" });
    const sleep = async (milliseconds: number) => {
      const body = JSON.stringify({ seconds: milliseconds / 1000 });
      await fetch(`${baseUrl}/_mock/clock/advance`, { method: "POST", body });
    };
    const { ended: first } = await lifeOfAWidget({ client, sleep, log: () => undefined });
    if (first !== "active") throw new Error(`in the dialect ${dialect} the first crawl ended ${first}.`);
    child.kill("SIGTERM");
    if ((await ended) !== 0) throw new Error(`the bin ended with ${await ended}.`);
  } finally {
    child.kill("SIGKILL");
  }
}

/** Where the mock's first line says that it listens. */
async function urlOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  let complaints = "";
  child.stderr.on("data", (text) => {
    complaints += text;
  });
  const lines = createInterface({ input: child.stdout });
  const [first = ""] = await Promise.race([once(lines, "line"), once(lines, "close")]);
  const url = / listening on (http:\S+)$/.exec(first)?.[1];
  if (url === undefined) throw new Error(`the bin does not start. ${first}${complaints}`);
  return url;
}
