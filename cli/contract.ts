import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { styleText } from "node:util";
import {
  type Adapter,
  clean,
  isOnThisMachine,
  junitReport,
  type Leftover,
  markdownReport,
  mockAdapter,
  planFor,
  type Report,
  type RunRecord,
  readRecord,
  reportOf,
  run,
  type Target,
  textReport,
  type VerifyOptions,
  writeRecord,
} from "../contract-tests/index.ts";
import { document } from "../spec/bundled.ts";
import { type ContractFlags, contractOptions, optionsOf, targetOf } from "./contract-flags.ts";
import { contractHelp } from "./contract-help.ts";
import { readFlagsAnd, UsageError } from "./usage.ts";

/** `widgets-mock contract <base-url>`: tells whether an implementation keeps the documented promises. */
export async function contract(args: readonly string[]): Promise<void> {
  const { flags, positionals } = readFlagsAnd(args, contractOptions);
  if (flags.help) return print(contractHelp);
  if (flags.judge !== undefined) return tell(judged(flags.judge), flags);
  const target = await withAdapter(targetOf(flags, positionals), flags.adapter);
  const options = optionsOf(flags);
  if (flags.clean !== undefined) return cleanUp(target, flags.clean);
  if (flags.plan) return print(price(target, options));
  process.once("SIGINT", () => interrupted(flags));
  const { report, record } = await run(target, { ...options, ...watched(flags) });
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  tell({ report, record }, flags);
}

/** With what shows more than the API does: our mock's own where it is one on this machine, or the module that is named. */
async function withAdapter(target: Target, named: string | undefined): Promise<Target> {
  if (named === "none" || (named === undefined && !isOnThisMachine(target))) return target;
  const found = named === undefined || named === "mock" ? await mockAdapter(target) : await adapterFrom(named, target);
  if (!found && named === "mock") throw new UsageError("--adapter mock: there is no control plane of the mock.");
  return found ? { ...target, adapter: found } : target;
}

async function adapterFrom(file: string, { baseUrl, credential }: Target): Promise<Adapter> {
  const apiKey = credential["authorization"]?.replace(/^Bearer /, "") ?? "";
  try {
    const { default: adapter } = await import(pathToFileURL(resolve(file)).href);
    return adapter({ baseUrl, apiKey });
  } catch (error) {
    throw new UsageError(`--adapter ${file}: ${(error as Error).message}`);
  }
}

function judged(file: string): { readonly report: Report; readonly record: RunRecord } {
  try {
    const record = readRecord(readFileSync(file, "utf8"));
    return { report: reportOf(document, record), record };
  } catch (error) {
    throw new UsageError(`--judge ${file}: ${(error as Error).message}`);
  }
}

/** Prints a report and writes it where it is wanted; ends with what it came to. */
function tell({ report, record }: { readonly report: Report; readonly record: RunRecord }, flags: ContractFlags): void {
  const colours = process.stdout.isTTY;
  print(`${textReport(document, report, (colour, text) => (colours ? styleText(colour, text) : text))}\n`);
  if (flags.report !== undefined) writeReport(flags.report, report, record);
  const warns = flags["fail-on"] === "warn" && report.rules.some(({ verdict }) => verdict === "warn");
  process.exitCode = report.exit === 0 && warns ? 1 : report.exit;
}

function writeReport(folder: string, report: Report, record: RunRecord): void {
  mkdirSync(folder, { recursive: true });
  // A rule's story is told by its calls, which are in the history; the report names them.
  const rules = report.rules.map(({ rule, story, ...judgement }) => ({
    id: rule,
    basis: document["x-rules"][rule].basis,
    ...judgement,
    ...(story ? { story: story.finding } : {}),
  }));
  const files = {
    "report.json": `${JSON.stringify({ ...report, rules }, null, 2)}\n`,
    "junit.xml": junitReport(document, report),
    "report.md": markdownReport(document, report),
    "history.jsonl": writeRecord(record),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

/** What is written down and told while a run goes on. */
function watched(flags: ContractFlags): Pick<VerifyOptions, "ledger" | "progress"> {
  const progress = process.stderr.isTTY
    ? (text: string) => void process.stderr.write(`\r\u001b[K${text}`)
    : () => undefined;
  if (flags.report === undefined) return { progress };
  mkdirSync(flags.report, { recursive: true });
  const file = join(flags.report, "ledger.jsonl");
  writeFileSync(file, "");
  const note = (entry: object) => appendFileSync(file, `${JSON.stringify(entry)}\n`);
  const ledger = {
    intend: (name: string, site: string) => note({ intend: name, site }),
    made: (name: string, id: string) => note({ made: name, id }),
    gone: (id: string) => note({ gone: id }),
  };
  return { progress, ledger };
}

/** Ends at once: what is left is told, and how it goes away. */
function interrupted({ report }: ContractFlags): void {
  const how =
    report === undefined
      ? "their names begin with the same word; with --report a ledger of them is kept"
      : `delete them with --clean ${join(report, "ledger.jsonl")}`;
  process.stderr.write(`\nwidgets-mock: interrupted. Widgets of this run are left: ${how}.\n`);
  process.exit(130);
}

async function cleanUp(target: Target, file: string): Promise<void> {
  const { gone, left } = await clean(document, target, leftoverIn(file));
  print(`${gone} widgets are gone.\n`);
  for (const { id, why } of left) print(`${id} is left: ${why}.\n`);
  if (left.length > 0) process.exitCode = 1;
}

interface LedgerEntry {
  readonly intend?: string;
  readonly site?: string;
  readonly made?: string;
  readonly id?: string;
  readonly gone?: string;
}

/** What a ledger has that is not gone. */
function leftoverIn(file: string): Leftover {
  let entries: LedgerEntry[];
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    // A run that was killed may have left half a line.
    entries = lines.flatMap((line) => (line.endsWith("}") ? [JSON.parse(line)] : []));
  } catch (error) {
    throw new UsageError(`--clean ${file}: ${(error as Error).message}`);
  }
  const gone = new Set(entries.map((entry) => entry.gone));
  // Several widgets may have one name, so intents are held against what came of them by their number.
  const made = (name: string) => entries.filter((entry) => entry.made === name).length;
  const names = new Set(entries.flatMap(({ intend }) => intend ?? []));
  const intents = (name: string) => entries.filter(({ intend }) => intend === name);
  return {
    ids: entries.flatMap(({ id }) => (id !== undefined && !gone.has(id) ? [id] : [])),
    lost: [...names].flatMap((name) =>
      intents(name)
        .slice(made(name))
        .map(({ site }) => ({ name, site })),
    ),
  };
}

function price(target: Target, options: VerifyOptions): string {
  const { quiet, scripts } = planFor(target, options);
  const all = [...quiet, ...scripts];
  const steps = all.reduce((sum, { draft, live }) => sum + draft.length + live.length, 0);
  const recrawls = all.filter(({ live }) => live.some(({ call }) => call === "recrawlWidget")).length;
  return (
    `${all.length} scripts, a widget each; about ${all.length * 4 + steps * 2 + recrawls * 8} calls; ` +
    "as long as a first crawl, a recrawl's window and the calls take. What fails is done again, which costs one more of each.\n"
  );
}

function print(text: string): void {
  process.stdout.write(text);
}
