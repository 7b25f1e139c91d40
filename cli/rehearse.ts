import { createServer } from "node:net";
import { DialectError, OptionError, version } from "../mock/index.ts";
import { readCrawl } from "../mock/options.ts";
import { defaultSecret } from "../mock/world/webhooks/endpoint.ts";
import {
  BaselineError,
  createVariations,
  endRunningCommands,
  type KnownDependencies,
  planRehearsal,
  planText,
  type RehearseOptions,
  type RunClient,
  RunLog,
  readKnownDependencies,
  rehearse as rehearseClient,
  runCommand,
  selectVariations,
  type Variation,
  verdictLine,
} from "../rehearsal/index.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { printableText } from "../spec/text/printable-text.ts";
import { type Invocation, UsageError } from "./command-line/command.ts";
import { type Progress, ProgressLine, ProgressLog } from "./progress-line.ts";
import { readGivenFile } from "./read-given-file.ts";
import { readScenario, scenarioFileError } from "./read-scenario.ts";
import type { rehearseCommand } from "./rehearse-flags.ts";
import { startRehearsalMock } from "./rehearse-mock.ts";
import { publishRehearsal } from "./rehearse-report.ts";
import { makeReportFolder } from "./report-folder.ts";
import { onStopSignal } from "./stop-signals.ts";

type RehearseCall = Invocation<typeof rehearseCommand.flags>;

/** The key of the organization that the tests work in. */
const apiKey = "sk_test_rehearsal";
/** Limit of the baseline; afterwards a run may take so many times as long, and so much more: a client may wait a minute. */
const baselineLimitMs = 10 * 60_000;
const slowdown = 3;
const extraMs = 90_000;

/** Runs a client's tests again and again, each time in a world that differs in one thing. */
export async function rehearse(call: RehearseCall): Promise<number> {
  const { flags, stderr } = call;
  const document = publishedDocument;
  const variations = createVariations({ document, slowCrawl: flags.slowCrawl, lateSeconds: 1, staleSeconds: 0.5 });
  const known = checkFlags(call, variations);
  makeReportFolder(call);
  const progress = stderr.isTTY ? new ProgressLine(stderr) : new ProgressLog(stderr);
  const interruption = untilInterrupted(progress);
  const { signal } = interruption;
  const runClient = clientOf(call, signal);
  const options: RehearseOptions = {
    ...{ variations, document, known, signal },
    ...{ only: flags.only, skip: flags.skip, jobs: flags.jobs, failOn: flags.failOn, pairs: flags.pairs },
    report: { version, command: flags.command.join(" "), seed: flags.seed },
    onRun({ run, variation, operation, done, of }) {
      const what = operation === undefined ? variation : `${variation} on ${operation} alone`;
      progress.report(`${done} of ${of} variations, run ${run}: ${what}`);
    },
    onPairs: (runs) => progress.report(`looking for pairs, run ${runs}`),
    onVerdict(variation, done, of) {
      progress.clear();
      stderr.write(`${verdictLine(variation)}\n`);
      if (done < of) progress.report(`${done} of ${of} variations`);
    },
  };
  try {
    progress.report("baseline");
    if (flags.plan) {
      call.stdout.write(planText(await planRehearsal(runClient, options), flags.pairs));
      return 0;
    }
    const report = await rehearseClient(runClient, options);
    progress.end();
    return publishRehearsal(call, report.isInterrupted ? { ...report, exitCode: interruption.exitCode() } : report);
  } catch (error) {
    if (signal.aborted) {
      stderr.write("widgets-mock: there is nothing to report: the baseline had not ended\n");
      return interruption.exitCode();
    }
    if (!(error instanceof BaselineError)) throw asUsageError(call, error);
    const lines = error.run.lastLines.map((line) => `  | ${printableText(line)}\n`);
    stderr.write(`widgets-mock: ${error.message}${advice(call, error)}\n${lines.join("")}`);
    return 2;
  } finally {
    progress.end();
  }
}

/** What to do about tests that never called the mock. */
function advice({ flags }: RehearseCall, { run }: BaselineError): string {
  return run.passed ? `: they must read its URL from ${flags.urlEnv}, and its key from ${flags.keyEnv}` : "";
}

/** @throws UsageError for a name of a variation, a time, or a file of accepted dependencies, that is invalid */
function checkFlags({ flags, sourceOf }: RehearseCall, variations: readonly Variation[]): KnownDependencies {
  const check = <T>(source: string, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      throw new UsageError(`${source}: ${(error as Error).message}`);
    }
  };
  check(sourceOf("only"), () => selectVariations(variations, { only: flags.only }));
  check(sourceOf("skip"), () => selectVariations(variations, { skip: flags.skip }));
  if (flags.jobs > 1 && flags.webhookUrl !== undefined && !flags.webhookUrl.includes("{port}")) {
    throw new UsageError(
      `${sourceOf("webhookUrl")} is one address for ${flags.jobs} runs at a time: put {port} in it, which is a free port of each run, or run with --jobs 1`,
    );
  }
  try {
    readCrawl(flags.slowCrawl);
  } catch (error) {
    throw error instanceof OptionError ? new UsageError(`${sourceOf("slowCrawl")} ${error.problem}`) : error;
  }
  const { known } = flags;
  if (known === undefined) return {};
  return readGivenFile(sourceOf("known"), known, (text) => readKnownDependencies(text, variations));
}

/** An option of the mock that it rejects, by the name of its flag. */
function asUsageError({ flags, sourceOf }: RehearseCall, error: unknown): unknown {
  if (error instanceof DialectError) return new UsageError(error.message);
  if (!(error instanceof OptionError)) return error;
  const ofFile = scenarioFileError(error, flags.scenario, sourceOf("scenario"));
  if (ofFile) return ofFile;
  const flag = { crawl: "crawl", scenario: "scenario", seed: "seed" }[error.field];
  if (flag === undefined) return new UsageError(`${sourceOf("webhookUrl")} ${error.problem}`);
  return new UsageError(`${sourceOf(flag as "crawl")} ${error.problem}`);
}

/** Runs the command once, with a mock of its own. */
function clientOf({ flags, sourceOf, cwd, env }: RehearseCall, signal: AbortSignal): RunClient {
  let baselineMs: number | undefined;
  const scenario = readScenario(flags.scenario, sourceOf("scenario"));
  return async (setup) => {
    const port = String(await freePort());
    const url = flags.webhookUrl?.replaceAll("{port}", port);
    const log = new RunLog(publishedDocument);
    const mock = await startRehearsalMock(
      setup,
      {
        ...{ crawl: flags.crawl, seed: flags.seed, ...scenario },
        ...(url === undefined ? {} : { webhooks: [{ url }] }),
      },
      log,
    );
    const began = performance.now();
    try {
      const limit = baselineMs === undefined ? baselineLimitMs : slowdown * baselineMs + extraMs;
      const { end, lastLines } = await runCommand({
        command: flags.command,
        cwd,
        env: {
          ...env,
          [flags.urlEnv]: mock.url,
          [flags.keyEnv]: apiKey,
          WIDGETS_MOCK_URL: mock.url,
          ...(url === undefined
            ? {}
            : { WIDGETS_WEBHOOK_URL: url, WIDGETS_WEBHOOK_PORT: port, WIDGETS_WEBHOOK_SECRET: defaultSecret }),
        },
        timeLimitMs: flags.timeLimit ?? limit,
        signal,
      });
      signal.throwIfAborted();
      const durationMs = performance.now() - began;
      const passed = end.kind === "exited" && end.code === 0;
      if (passed) baselineMs ??= durationMs;
      return { passed, end, lastLines, durationMs, log };
    } finally {
      await mock.close();
    }
  };
}

/** Is aborted by the first interruption: then everything that runs is ended. The second one does so at once. */
function untilInterrupted(progress: Progress): { readonly signal: AbortSignal; exitCode(): number } {
  const controller = new AbortController();
  let exitCode = 0;
  onStopSignal({
    first(code) {
      exitCode = code;
      progress.clear();
      process.stderr.write("widgets-mock: interrupted; ending what runs. Interrupt again to end it at once.\n");
      controller.abort();
    },
  });
  process.on("exit", endRunningCommands);
  return { signal: controller.signal, exitCode: () => exitCode };
}

/** A port of this machine that nobody uses at the moment. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
