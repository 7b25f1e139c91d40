import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Report } from "../../contract-tests/report/report.ts";
import { alignedTable } from "../bench/table.ts";
import { type Figures, noFigures } from "./partner.ts";
import { Receiver } from "./receiver.ts";
import { partnersOf, type Sandbox, startSandbox } from "./sandbox.ts";

/**
 * `npm run chaos`: three mocks behind HAProxy share a PostgreSQL, while the contract tests go through it, and partners
 * beside them: half of the partners as `deploy/` has it, and all others with each request to the next mock. A mock is killed
 * every three seconds, the database restarted twice without a warning, and a mock is frozen for 20 s; with `--calm`, none of
 * it. It exits with 1 if a rule fails, if a write is lost that was acknowledged, or if an event is missing or comes before
 * its cause.
 */
const killPauseMs = 3000;
const crashesAtMs = [20_000, 50_000];
const freezeAtMs = 30_000;
const freezeMs = 20_000;
/** So long at least is worked, for all of that to happen. */
const troubleMs = 60_000;

const contractKeys = ["sk_test_contract", "sk_test_contract_other"] as const;
const partnerKeys = ["sk_test_north", "sk_test_south", "sk_test_east", "sk_test_west"];
const bin = join(import.meta.dirname, "../../dist/cli/widgets-mock.js");

interface ChaosOptions {
  readonly isCalm: boolean;
  readonly effort: string;
  readonly adapter: string;
  readonly report: string | undefined;
}

async function main({ isCalm, effort, adapter, report }: ChaosOptions): Promise<boolean> {
  const sandbox = await startSandbox(3, [...contractKeys, ...partnerKeys]);
  const figures = noFigures();
  const partners = partnersOf(sandbox, partnerKeys, figures);
  const receiver = new Receiver(partners);
  const url = await receiver.listen();
  for (const partner of partners) await partner.subscribe(url);
  const running = { is: true };
  const troubles = { kills: 0, crashes: 0, freezes: 0 };
  const trouble = isCalm ? [] : [killInTurn(sandbox, running, troubles), breakDatabase(sandbox, troubles)];
  const work = partners.map((partner) => partner.work(running, 20));
  const start = performance.now();
  const contract = await runContract(sandbox.inTurnUrl, { effort, adapter, report });
  const contractMs = performance.now() - start;
  await sleep(isCalm ? 0 : Math.max(0, troubleMs - contractMs));
  running.is = false;
  await Promise.all([...work, ...trouble]);
  for (const partner of partners) await partner.check();
  const missing = await eventsMissing(receiver);
  await receiver.close();
  const errors = sandbox.replicas.flatMap((replica) => replica.errors);
  await sandbox.end();
  const breaches = [
    ...partners.flatMap((partner) => partner.breaches),
    ...receiver.breaches,
    ...missing.map((id) => `no event said that ${id} is ready`),
  ];
  console.log(tableOf({ figures, troubles, contract, contractMs, events: receiver.received, breaches }));
  for (const text of new Set(errors)) console.log(`a mock wrote: ${text.trim()}`);
  for (const breach of breaches) console.log(`BREACH ${breach}`);
  return isPassed(contract, isCalm) && breaches.length === 0;
}

/** Kills one mock after another, and starts each again at once. */
async function killInTurn(
  { replicas }: Sandbox,
  running: { readonly is: boolean },
  troubles: { kills: number; freezes: number },
): Promise<void> {
  const start = performance.now();
  let frozen: (typeof replicas)[number] | undefined;
  let freezing: Promise<void> | undefined;
  for (let turn = 0; running.is; turn++) {
    await sleep(killPauseMs);
    const replica = replicas[turn % replicas.length];
    if (!replica || replica === frozen) continue;
    if (!freezing && performance.now() - start > freezeAtMs) {
      frozen = replica;
      troubles.freezes++;
      freezing = replica.freeze(freezeMs).then(() => {
        frozen = undefined;
      });
      continue;
    }
    await replica.end("SIGKILL");
    troubles.kills++;
    await replica.start();
  }
  await freezing;
}

/** Restarts the database as `pg_ctl restart -m immediate` does. */
async function breakDatabase({ cluster }: Sandbox, troubles: { crashes: number }): Promise<void> {
  let passed = 0;
  for (const at of crashesAtMs) {
    await sleep(at - passed);
    passed = at;
    await cluster.crash();
    troubles.crashes++;
  }
}

/** How often each verdict was given. */
type Verdicts = Partial<Record<Report["rules"][number]["verdict"], number>>;

async function runContract(url: string, options: Omit<ChaosOptions, "isCalm">): Promise<Verdicts> {
  const [key, other] = contractKeys;
  const { effort, adapter, report = mkdtempSync(join(tmpdir(), "widgets-mock-chaos-")) } = options;
  const args = ["--effort", effort, "--adapter", adapter, "--api-key", key, "--second-api-key", other];
  const file = join(report, "report.json");
  // That of a run before would pass for one of this run.
  rmSync(file, { force: true });
  const child = spawn(process.execPath, [bin, "contract", url, ...args, "--report", report], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  await once(child, "exit");
  const { rules }: Pick<Report, "rules"> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { rules: [] };
  const verdicts: Verdicts = {};
  for (const { verdict } of rules) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  return verdicts;
}

/** An adapter's call that a kill has cut off leaves its rule without a verdict, which is no fault of the mocks. */
function isPassed({ pass = 0, fail = 0, error = 0 }: Verdicts, isCalm: boolean): boolean {
  return pass > 0 && fail === 0 && (error === 0 || !isCalm);
}

/** The widgets whose event does not come, however long one waits. */
async function eventsMissing(receiver: Receiver): Promise<readonly string[]> {
  const until = performance.now() + 60_000;
  while (receiver.missing().length > 0 && performance.now() < until) await sleep(200);
  return receiver.missing();
}

interface Outcome {
  readonly figures: Figures;
  readonly troubles: { readonly kills: number; readonly crashes: number; readonly freezes: number };
  readonly contract: Verdicts;
  readonly contractMs: number;
  readonly events: number;
  readonly breaches: readonly string[];
}

function tableOf({ figures, troubles, contract, contractMs, events, breaches }: Outcome): string {
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;
  const rows = [
    ["mocks killed", String(troubles.kills)],
    ["restarts of the database", String(troubles.crashes)],
    ["mocks frozen", String(troubles.freezes)],
    ...Object.entries(contract).map(([verdict, rules]) => [`rules: ${verdict}`, String(rules)]),
    ["contract tests took", seconds(contractMs)],
    ["requests of partners", String(figures.requests)],
    ["cut off, or 5xx", String(figures.failures)],
    ["failures of one request in a row, at most", String(figures.mostInARow)],
    ["longest time that a request failed", seconds(figures.longestOutageMs)],
    ["longest wait for an answer", seconds(figures.longestWaitMs)],
    ["events received", String(events)],
    ["breaches", String(breaches.length)],
  ];
  return alignedTable(["Figure", "Value"], rows).join("\n");
}

const { values } = parseArgs({
  options: {
    calm: { type: "boolean", default: false },
    effort: { type: "string", default: "thorough" },
    adapter: { type: "string", default: "mock" },
    report: { type: "string" },
  },
});
const isFine = await main({ ...values, isCalm: values.calm, report: values.report });
process.exit(isFine ? 0 : 1);
