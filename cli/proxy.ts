import { expectationOf } from "../contract-tests/dialect/assumed-judgements.ts";
import type { Target } from "../contract-tests/target.ts";
import { writeInside } from "../contract-tests/write-inside.ts";
import { version } from "../mock/version.ts";
import { LivePage } from "../proxy/page.ts";
import { openProxy, type RunningProxy } from "../proxy/proxy-server.ts";
import { watchReport } from "../proxy/watch-report.ts";
import { Watcher } from "../proxy/watcher.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import { pathPrefixOf } from "../spec/operations.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { compileValidators } from "../spec/validators.ts";
import { UsageError } from "./command-line/command.ts";
import { connectionOf } from "./connection-options.ts";
import { comparedReport, exitPolicyOf } from "./contract-files.ts";
import { expectedDialectOf } from "./contract-options.ts";
import { publishReport } from "./contract-report.ts";
import { documentOf } from "./document-flag.ts";
import { explainListenError } from "./listen-error.ts";
import type { ProxyCall } from "./proxy-flags.ts";
import { createProxyLog } from "./proxy-log.ts";
import { makeReportFolder } from "./report-folder.ts";
import { onStopSignal } from "./stop-signals.ts";

const usualReadLagMs = 2000;
const usualAnswerTimeoutMs = 300_000;
/** How long requests that are under way at the end may take. */
const graceMs = 8000;

/** Forwards requests to a server until it is stopped, and reports what it saw. */
export async function proxy(call: ProxyCall): Promise<number> {
  const { flags, stdout } = call;
  const document = (await documentOf(call)) ?? publishedDocument;
  const target = serverOf(call, document);
  makeReportFolder(call);
  const options = { policy: exitPolicyOf(call, document), compared: comparedReport(call), folder: flags.report };
  const watch = {
    isExclusive: flags.exclusive === true,
    isSeparate: flags.separateOrganizations === true,
    readLagMs: flags.readLag ?? usualReadLagMs,
  };
  const expectation = expectationOf(document, expectedDialectOf(call, document));
  const log = createProxyLog(flags, { write: (line) => stdout.write(`${line}\n`), colours: process.stdout.isTTY });
  const { host } = flags;
  const page = flags.noPage ? undefined : new LivePage({ server: target.baseUrl, version, document, host });
  const watcher = new Watcher({
    ...{ document, target, ...watch, validators: await validatorsOf(document) },
    maxExchanges: flags.maxExchanges,
    isStrict: flags.strict === true,
    onExchange: (seen) => {
      log.exchange(seen);
      page?.add(seen);
    },
    onFinding: log.finding,
  });
  const report = () =>
    watchReport(watcher, { document, target, expectation, targetVersion: flags.targetVersion, ...watch });
  const running = await open(call, {
    target,
    observer: watcher,
    answerTimeoutMs: flags.answerTimeout ?? usualAnswerTimeoutMs,
    ...(page && { answerOwn: (incoming, outgoing) => page.answer(watcher, incoming, outgoing) }),
  });
  const stopped = new Promise<number>((resolve) => onStopSignal({ first: resolve }));
  log.start(running.url, target.baseUrl, page !== undefined);
  await stopped;
  await running.close(graceMs);
  watcher.judge();
  watcher.close();
  const made = report();
  const code = publishReport(made.report, made.record, { ...options, sections: made.sections });
  const { issues, assumptions } = watcher.client;
  if (flags.report !== undefined) {
    writeInside(flags.report, "client.json", `${JSON.stringify({ issues, assumptions }, null, 2)}\n`);
  }
  return code;
}

async function validatorsOf(document: WidgetsDocument) {
  if (document !== publishedDocument) return compileValidators(document);
  return await import("../spec/generated/validators.js");
}

/** @throws UsageError where there is no URL of a server */
function serverOf(call: ProxyCall, document: WidgetsDocument): Target {
  const { url } = call.flags;
  if (url === undefined) {
    throw new UsageError("missing <staging>, as in: widgets-mock proxy https://staging.example.com");
  }
  if (!URL.canParse(url)) throw new UsageError(`<staging> must be an http or https URL, got "${url}"`);
  const { username, password, search, hash } = new URL(url);
  if (username !== "" || password !== "") {
    throw new UsageError("<staging> must have no user or password: clients send their own credentials");
  }
  if (search !== "" || hash !== "") throw new UsageError(`<staging> must have no query and no fragment, got "${url}"`);
  const baseUrl = url.replace(/\/+$/, "");
  const prefix = pathPrefixOf(document);
  if (baseUrl.endsWith(prefix)) {
    throw new UsageError(
      `<staging> ends in ${prefix}, which the paths begin with; use ${baseUrl.slice(0, -prefix.length)}`,
    );
  }
  return { baseUrl, credential: {}, connection: connectionOf(call) };
}

/** @throws UsageError or Error that says what to give instead */
async function open(
  { flags: { port, host }, sourceOf }: Pick<ProxyCall, "flags" | "sourceOf">,
  options: Omit<Parameters<typeof openProxy>[0], "port" | "host">,
): Promise<RunningProxy> {
  try {
    return await openProxy({ ...options, port, host });
  } catch (error) {
    throw explainListenError(error, { port, host, hostFlag: sourceOf("host") });
  }
}
