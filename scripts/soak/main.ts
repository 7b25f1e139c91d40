import { randomInt } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { alignedTable, formatNumber } from "../bench/table.ts";
import { callerOf, type Send } from "./caller.ts";
import { inspect, liveHonestly } from "./honest.ts";
import { attack, sendRaw } from "./hostile.ts";
import { startSoakedMock, type Vitals } from "./soaked-mock.ts";
import { Tally } from "./tally.ts";

/**
 * `npm run soak -- --minutes 60`: strangers, honest and hostile ones, use one mock for a long time. It prints a line a minute,
 * and exits with 1 if memory at the end is more than 5 % above that after ten minutes (or half of the time), if an answer was a
 * 5xx other than 507, or if the mock has died.
 */
const maxGrowth = 1.05;
const samplesPerMinute = 6;
const organizations = 400;

/** What was seen in one minute. */
interface Minute extends Vitals {
  readonly requests: number;
  readonly longestProbeMs: number;
}

async function soak(root: string, minutes: number): Promise<boolean> {
  const mock = await startSoakedMock(root);
  const tally = new Tally();
  const send = callerOf(mock.url, tally);
  const running = { is: true };
  const receiver = await startReceiver();
  await send("control", { method: "POST", path: "/_mock/webhooks", body: { url: receiver } });
  const probe = { longestMs: 0 };
  const load = [
    ...Array.from({ length: 8 }, () => repeat(running, () => liveHonestly(send, someKey()))),
    repeat(running, () => inspect(send, someKey()).then(() => sleep(200))),
    ...Array.from({ length: 2 }, () => repeat(running, () => attack(send, someKey()))),
    repeat(running, () => sendRawOnce(mock.url)),
    repeat(running, () => probeOnce(send, probe)),
  ];
  const seen: Minute[] = [];
  for (let minute = 1; minute <= minutes && mock.isAlive(); minute++) {
    seen.push(await watchMinute(mock, tally, probe));
    console.error(rowOf(seen.at(-1) as Minute, minute).join("  "));
  }
  running.is = false;
  await Promise.all(load);
  const exitCode = mock.isAlive() ? await mock.end() : null;
  return report({ seen, tally, exitCode, minutes });
}

/** An organization that others use too, or one that nobody has used before. */
function someKey(): string {
  return randomInt(10) === 0 ? `sk_test_stranger_${randomInt(2 ** 40)}` : `sk_test_soak_${randomInt(organizations)}`;
}

async function repeat(running: { readonly is: boolean }, task: () => Promise<unknown>): Promise<void> {
  while (running.is) await task();
}

/** One that answers, now and then not with success, and now and then late. */
async function startReceiver(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.statusCode = randomInt(20) === 0 ? 500 : 204;
    setTimeout(() => response.end(), randomInt(20) === 0 ? 5000 : 0).unref();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function sendRawOnce(url: string): Promise<void> {
  sendRaw(url, randomInt(30_000));
  await sleep(50);
}

async function probeOnce(send: Send, probe: { longestMs: number }): Promise<void> {
  const began = performance.now();
  await send("probe", { method: "GET", path: "/api/v1/widgets", key: "sk_test_probe" });
  probe.longestMs = Math.max(probe.longestMs, performance.now() - began);
  await sleep(50);
}

async function watchMinute(
  { vitals }: { vitals(): Promise<Vitals> },
  tally: Tally,
  probe: { longestMs: number },
): Promise<Minute> {
  const before = tally.requests;
  probe.longestMs = 0;
  const samples: Vitals[] = [];
  for (let sample = 0; sample < samplesPerMinute; sample++) {
    await sleep(60_000 / samplesPerMinute);
    samples.push(await vitals());
  }
  const mean = (of: (sample: Vitals) => number) => samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  return {
    requests: tally.requests - before,
    usedBytes: mean(({ usedBytes }) => usedBytes),
    residentBytes: mean(({ residentBytes }) => residentBytes),
    longestDelayMs: Math.max(...samples.map(({ longestDelayMs }) => longestDelayMs)),
    longestProbeMs: probe.longestMs,
  };
}

const head = ["minute", "requests", "memory MB", "resident MB", "longest delay ms", "longest probe ms"];

function rowOf(minute: Minute, number: number): string[] {
  const { requests, usedBytes, residentBytes, longestDelayMs, longestProbeMs } = minute;
  const megabytes = (bytes: number) => formatNumber(bytes / 1e6);
  return [
    String(number),
    formatNumber(requests),
    megabytes(usedBytes),
    megabytes(residentBytes),
    formatNumber(longestDelayMs),
    formatNumber(longestProbeMs),
  ];
}

/** Prints what was seen, and returns whether it is as it is to be. */
function report({
  seen,
  tally,
  exitCode,
  minutes,
}: {
  readonly seen: readonly Minute[];
  readonly tally: Tally;
  readonly exitCode: number | null;
  readonly minutes: number;
}): boolean {
  const answers = [...tally.counts].sort().map(([what, count]) => [what, formatNumber(count)]);
  console.log(alignedTable(["answers", "count"], answers).join("\n"));
  const rows = seen.map((minute, index) => rowOf(minute, index + 1));
  console.log(`\n${alignedTable(head, rows).join("\n")}\n`);
  const reference = seen[Math.min(10, Math.ceil(minutes / 2)) - 1]?.usedBytes ?? Number.NaN;
  const growth = (seen.at(-1)?.usedBytes ?? Number.NaN) / reference;
  const surprises = [...tally.surprises].map(([what, count]) => `${what} (${count} times)`);
  console.log(
    `${formatNumber(tally.requests)} requests; memory at the end: ${(growth * 100).toFixed(1)} % of the reference`,
  );
  console.log(`unexpected answers: ${surprises.join(", ") || "none"}; exit code of the mock: ${exitCode}`);
  return growth <= maxGrowth && surprises.length === 0 && exitCode === 0;
}

const { minutes } = parseArgs({ options: { minutes: { type: "string", default: "60" } } }).values;
if (/^[1-9]\d*$/.test(minutes)) {
  const isFine = await soak(join(import.meta.dirname, "../.."), Number(minutes));
  process.exit(isFine ? 0 : 1);
}
console.error(`--minutes must be an integer of at least 1, got "${minutes}"`);
process.exitCode = 2;
