import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * Runs the bin that is installed in a folder while something is done with it.
 * @param use is given where the mock listens
 * @throws Error where the bin does not start or end as it should, or what `use` throws
 */
export async function withBin(
  folder: string,
  flags: readonly string[],
  use: (baseUrl: string) => Promise<void>,
): Promise<void> {
  const child = spawn(join(folder, "node_modules/.bin/widgets-mock"), ["--port", "0", ...flags]);
  const ended = new Promise((resolve) => child.once("error", resolve).once("exit", resolve));
  try {
    await use(await urlOf(child));
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
