import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { mockAdapter } from "../../mock-adapter.ts";
import type { VerifyOptions } from "../../options.ts";
import type { Subject } from "../../subjects/subject.test-helper.ts";
import type { Target } from "../../target.ts";
import { run } from "../../verify.ts";
import type { Report, Reproduction } from "../report.ts";

/** What pasting needs; in CI nothing is missing, and what is is told by a failure. */
const missing = ["bash", "curl", "jq"].filter((tool) => spawnSync(tool, ["--version"]).error);
export const reasonToSkip =
  missing.length > 0 && !process.env["CI"] ? `this machine has no ${missing.join(" and no ")}.` : undefined;

const keys = { WIDGETS_API_KEY: "sk_test_own", WIDGETS_SECOND_API_KEY: "sk_test_second" };

/** A subject that listens on a free port, and a run against it. */
export async function ranAgainst(
  subject: Subject,
  target: Partial<Target> = {},
  options: VerifyOptions = {},
): Promise<{ readonly report: Report; readonly target: Target; readonly close: () => void }> {
  const server = createServer(getRequestListener(subject.fetch));
  // A connection that nobody uses for a while is not closed under whoever takes it up again.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const reached: Target = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credential: { authorization: `Bearer ${keys.WIDGETS_API_KEY}` },
    secondCredential: { authorization: `Bearer ${keys.WIDGETS_SECOND_API_KEY}` },
    ...target,
  };
  const adapter = await mockAdapter(reached);
  const between = subject.deliver;
  const { report } = await run(adapter ? { adapter, ...reached } : reached, {
    nonce: "n1",
    ...(between ? { reception: { port: 0, between } } : {}),
    ...options,
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
    subject.close();
  };
  return { report, target: reached, close };
}

/** What a shell shows when the lines of a story are pasted into it. */
export function pasted({ shell }: Reproduction): Promise<string> {
  const child = spawn("bash", ["--noprofile", "--norc", "-c", shell.join("\n")], {
    env: { PATH: process.env["PATH"], ...keys },
  });
  let shown = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      shown += text;
    });
  }
  return new Promise((resolve) => child.once("close", () => resolve(shown)));
}
