import { readFileSync } from "node:fs";
import {
  expectationOf,
  type Ledger,
  ledgerIn,
  preflight,
  priceFor,
  type Report,
  type RunRecord,
  readRecord,
  reportOf,
  run,
  type Target,
  temporaryLedger,
  type VerifyOptions,
} from "../contract-tests/index.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import { describeReadError } from "../spec/files/file-error.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { type Invocation, UsageError } from "./command-line/command.ts";
import { withMockAdapter, withNamedAdapter } from "./contract-adapter.ts";
import { cleanUp, leftoverIn } from "./contract-clean.ts";
import { comparedReport, exitPolicyOf } from "./contract-files.ts";
import type { contractCommand } from "./contract-flags.ts";
import { expectedDialectOf, targetOf, verifyOptionsOf } from "./contract-options.ts";
import { publishReport, type ReportOptions } from "./contract-report.ts";
import { documentOf } from "./document-flag.ts";
import { type Progress, ProgressLine, ProgressLog } from "./progress-line.ts";
import { makeReportFolder } from "./report-folder.ts";
import { onStopSignal } from "./stop-signals.ts";

/** Checks a server against every documented rule, and reports what it found. */
export async function contract(call: Invocation<typeof contractCommand.flags>): Promise<number | undefined> {
  const { flags } = call;
  const document = (await documentOf(call)) ?? publishedDocument;
  const policy = exitPolicyOf(call, document);
  const options: ReportOptions = { policy, compared: comparedReport(call), folder: flags.report };
  if (flags.judge !== undefined) {
    const { report, record } = judgeAgain(flags.judge, document, expectedDialectOf(call, document));
    return publishReport(report, record, options);
  }
  const verifyOptions = verifyOptionsOf(call, document);
  const named = await withNamedAdapter(targetOf(call), flags.adapter);
  if (flags.plan) {
    process.stdout.write(priceText(await withMockAdapter(named, flags.adapter), verifyOptions));
    return;
  }
  const leftover = flags.clean === undefined ? undefined : leftoverIn(flags.clean);
  if (!leftover) makeReportFolder(call);
  const checked = await preflight(named, verifyOptions);
  if (leftover) return cleanUp(document, named, leftover);
  const target = await withMockAdapter(named, flags.adapter);
  // A run that moves the server's clock takes seconds, whatever passes there.
  const expectedSeconds = target.adapter?.advance ? undefined : priceFor(target, verifyOptions).seconds.max;
  const { stderr } = process;
  const progress = stderr.isTTY ? new ProgressLine(stderr, expectedSeconds) : new ProgressLog(stderr, expectedSeconds);
  const ledger = flags.report === undefined ? temporaryLedger() : ledgerIn(flags.report);
  const { report, record } = await run(target, {
    ...verifyOptions,
    preflight: checked,
    progress: (text: string) => progress.report(text),
    ledger,
    signal: untilInterrupted(ledger, progress),
  }).finally(() => progress.end());
  return publishReport(report, record, options);
}

/** @throws UsageError for a file without a recorded run */
function judgeAgain(
  file: string,
  document: WidgetsDocument,
  expected: Pick<VerifyOptions, "expect" | "expectLevel">,
): { readonly report: Report; readonly record: RunRecord } {
  try {
    const record = readRecord(readFileSync(file, "utf8"));
    if (record.means.isWatched) throw new RangeError("recorded by widgets-mock proxy, which judges what it watches.");
    return { report: reportOf(document, record, expectationOf(document, expected)), record };
  } catch (error) {
    throw new UsageError(`--judge ${file}: ${describeReadError(error)}`);
  }
}

/** Is aborted by the first interruption: then the run deletes its widgets. The second one ends the program at once. */
function untilInterrupted(ledger: Ledger, progress: Progress): AbortSignal {
  const controller = new AbortController();
  onStopSignal({
    first() {
      controller.abort();
      progress.clear();
      process.stderr.write(
        "widgets-mock: interrupted; deleting the widgets of this run. Interrupt again to stop now.\n",
      );
    },
    again(exitCode) {
      const advice =
        ledger.file === undefined ? "their names share a first word" : `delete them with --clean ${ledger.file}`;
      process.stderr.write(`\nwidgets-mock: some widgets of this run were not deleted: ${advice}\n`);
      process.exit(exitCode);
    },
  });
  return controller.signal;
}

function priceText(target: Target, options: VerifyOptions): string {
  const { scripts, widgets, calls, polls, seconds, crawlSeconds } = priceFor(target, options);
  const range = ({ min, max }: { readonly min: number; readonly max: number }) =>
    min === max ? `${min}` : `${min} to ${max}`;
  const waiting = polls.max === 0 ? "" : `, and ${range(polls)} more while it waits for first crawls`;
  return (
    `${scripts} scripts, ${widgets} widgets, about ${calls} requests${waiting}.\n` +
    `About ${range(seconds)} s, if a crawl takes ${range(crawlSeconds)} s, and the server takes 10 requests a second. ` +
    "Where crawls are faster it waits with fewer requests. " +
    "Each violation takes one more crawl to reproduce.\n"
  );
}
