import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  expectationOf,
  ledgerFile,
  ledgerIn,
  priceFor,
  type Report,
  type RunRecord,
  readRecord,
  reportOf,
  run,
  type Target,
  type VerifyOptions,
} from "../contract-tests/index.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { withAdapter } from "./contract-adapter.ts";
import { cleanUp } from "./contract-clean.ts";
import { comparedReport, policyOf } from "./contract-files.ts";
import { type ContractFlags, contractOptions, expectedOf, optionsOf, targetOf } from "./contract-flags.ts";
import { contractHelp } from "./contract-help.ts";
import { type Telling, tell } from "./contract-report.ts";
import { type Progress, ProgressLine, ProgressLog } from "./progress-line.ts";
import { readFlagsAnd, UsageError } from "./usage.ts";

/** `widgets-mock contract <base-url>`: tells whether an implementation keeps the documented promises. */
export async function contract(args: readonly string[]): Promise<void> {
  const { flags, positionals } = readFlagsAnd(args, contractOptions);
  if (flags.help) return print(contractHelp);
  const telling: Telling = { policy: policyOf(flags), compared: comparedReport(flags), folder: flags.report };
  if (flags.judge !== undefined) {
    const { report, record } = judged(flags.judge, expectedOf(flags));
    return tell(report, record, telling);
  }
  const target = await withAdapter(targetOf(flags, positionals), flags.adapter);
  const options = optionsOf(flags);
  if (flags.clean !== undefined) return cleanUp(target, flags.clean);
  if (flags.plan) return print(priceText(target, options));
  const progress = process.stderr.isTTY ? new ProgressLine(process.stderr) : new ProgressLog(process.stderr);
  const { report, record } = await run(target, {
    ...options,
    progress: (text: string) => progress.say(text),
    ...(flags.report === undefined ? {} : { ledger: ledgerIn(flags.report) }),
    signal: untilInterrupted(flags, progress),
  }).finally(() => progress.end());
  tell(report, record, telling);
}

function judged(
  file: string,
  expected: Pick<VerifyOptions, "expect" | "expectLevel">,
): { readonly report: Report; readonly record: RunRecord } {
  try {
    const record = readRecord(readFileSync(file, "utf8"));
    return { report: reportOf(publishedDocument, record, expectationOf(publishedDocument, expected)), record };
  } catch (error) {
    throw new UsageError(`--judge ${file}: ${(error as Error).message}`);
  }
}

/** How a program is asked to end, at a terminal and by CI, with what it ends with then. */
const interruptions = { SIGINT: 130, SIGTERM: 143 } as const;

/** Is aborted by the first interruption: what was made is deleted then. By the second one the program ends at once. */
function untilInterrupted({ report }: ContractFlags, progress: Progress): AbortSignal {
  const controller = new AbortController();
  for (const [signal, code] of Object.entries(interruptions)) {
    process.on(signal, () => {
      if (controller.signal.aborted) {
        const how =
          report === undefined
            ? "their names begin with the same word; with --report a ledger of them is kept"
            : `delete them with --clean ${join(report, ledgerFile)}`;
        process.stderr.write(`\nwidgets-mock: Widgets of this run are left: ${how}.\n`);
        process.exit(code);
      }
      controller.abort();
      progress.clear();
      process.stderr.write("widgets-mock: interrupted. Deleting what was made; again to end at once.\n");
    });
  }
  return controller.signal;
}

function priceText(target: Target, options: VerifyOptions): string {
  const { scripts, widgets, calls, seconds, crawlSeconds } = priceFor(target, options);
  const times = seconds.min === seconds.max ? `${seconds.min} s` : `${seconds.min} to ${seconds.max} s`;
  return (
    `${scripts} scripts, ${widgets} widgets, about ${calls} calls. It takes about ${times} where crawls take ` +
    `${crawlSeconds.min} to ${crawlSeconds.max} s, as is typical. What fails is done again, which costs a crawl and its window more.\n`
  );
}

function print(text: string): void {
  process.stdout.write(text);
}
