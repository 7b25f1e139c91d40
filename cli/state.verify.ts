import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run, start } from "./bin.test-helper.ts";
import { body, headers, listAll, lostBy, nothingAcknowledged, writeUntilGone } from "./writers.test-helper.ts";

const isFull = process.env["WIDGETS_VERIFY"] === "full";
const seed = Number(process.env["PROPERTY_SEED"] ?? 20260409);

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Small numbers that look random, from a seed (a linear congruential generator). */
function* randomNumbers(from: number): Generator<number> {
  for (let state = from; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

test("whenever it is killed, every acknowledged write is there, and no id is given twice", async () => {
  const kills = isFull ? 200 : 10;
  console.log(`seed ${seed}; PROPERTY_SEED=<n> takes another.`);
  const folder = newFolder();
  const all = nothingAcknowledged();
  const random = randomNumbers(seed);
  for (let kill = 0; kill < kills; kill++) {
    const mock = await start("--state", folder, "--quiet", "--max-widgets", "1000000");
    let left = 1 + Math.floor((random.next().value as number) * 200);
    let ended: Promise<unknown> | undefined;
    const acknowledge = () => {
      left--;
      if (left <= 0) ended ??= mock.end("SIGKILL");
    };
    await Promise.all(Array.from({ length: 8 }, () => writeUntilGone(mock.url, all, acknowledge)));
    await ended;
  }
  const mock = await start("--state", folder, "--quiet");
  expect(await lostBy(mock.url, all)).toEqual({ missing: [], back: [] });
}, 1_200_000);

test("a second process is refused; the lock of one that was killed is stale", async () => {
  const folder = newFolder();
  const mock = await start("--state", folder);
  const { code, err } = await run("--state", folder, "--port", "0");
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^widgets-mock: \S+ is in use by another/) });
  await mock.end("SIGKILL");
  const next = await start("--state", folder);
  expect(readdirSync(folder).filter((name) => name.startsWith("lock-"))).toHaveLength(1);
  await next.end("SIGTERM");
  expect(readdirSync(folder).filter((name) => name.startsWith("lock-"))).toEqual([]);
});

test.runIf(process.platform === "linux")(
  "a full disk turns writes into 503 and leaves reads, until there is room",
  async () => {
    const folder = newFolder();
    const mock = await start("--state", folder, "--quiet");
    const post = () => fetch(`${mock.url}/api/v1/widgets`, { method: "POST", headers, body });
    const created = ((await (await post()).json()) as { id: string }).id;
    const limit = (size: string) => execFileSync("prlimit", ["--pid", String(mock.pid), `--fsize=${size}`]);
    limit(`${readFileSync(join(folder, "log-1.jsonl")).length + 100}:unlimited`);
    for (let attempt = 0; attempt < 3; attempt++) {
      const refused = await post();
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
      expect(await refused.json()).toMatchObject({
        code: "store_unavailable",
        detail: expect.stringContaining("size limit"),
      });
      expect([...(await listAll(mock.url))]).toEqual([created]);
    }
    limit("unlimited:unlimited");
    const next = await post();
    expect(next.status).toBe(201);
    const ids = [((await next.json()) as { id: string }).id, created];
    expect([...(await listAll(mock.url))]).toEqual(ids);
    await mock.end("SIGKILL");
    expect([...(await listAll((await start("--state", folder, "--quiet")).url))]).toEqual(ids);
  },
);
