import type { WidgetsDocument } from "../spec/document.ts";
import { printableText } from "../spec/text/printable-text.ts";
import { defined } from "./defined.ts";
import { assumedJudgements, type Expectation } from "./dialect/assumed-judgements.ts";
import { dialectFile, type ObservedRules, observeDialect } from "./dialect/observe-dialect.ts";
import { isDone } from "./history/exchange.ts";
import type { Pass, RunRecord } from "./history/record.ts";
import { widgetIn } from "./history/views.ts";
import type { Finding } from "./judge/finding.ts";
import { type ConfirmedJudgement, judgeRecord } from "./judge/judge-record.ts";
import { coverageOf } from "./report/coverage.ts";
import { applyExitPolicy } from "./report/exit-policy.ts";
import { noVerdictReason } from "./report/no-verdict-reason.ts";
import {
  type PassStats,
  type Report,
  type ReportedFinding,
  type RuleReport,
  reportVersion,
  type Stats,
} from "./report/report.ts";
import { reproductionOf } from "./report/reproduction/reproduction-of.ts";

/**
 * Makes the report of a run: a function of the record, the document and the expectation.
 * @param expectation a dialect that the server is expected to have
 */
export function reportOf(document: WidgetsDocument, record: RunRecord, expectation?: Expectation): Report {
  const { credential } = record.means;
  const dialect = observeDialect(document, record.passes[0]?.history, credential);
  return reportWith(document, record, { judgements: judgeRecord(document, record), dialect, expectation });
}

/** What a report tells of a record. */
export interface Judged {
  /** The verdicts on documented rules. */
  readonly judgements: readonly ConfirmedJudgement[];
  readonly dialect: ObservedRules;
  readonly expectation?: Expectation | undefined;
}

/** Makes a report of what was judged elsewhere. */
export function reportWith(
  document: WidgetsDocument,
  record: RunRecord,
  { judgements, dialect, expectation }: Judged,
): Report {
  const selected = record.means.rules;
  const ended = record.passes[0]?.history.stoppedEarly?.message;
  const assumed = assumedJudgements(document, dialect, { expectation, stoppedEarly: ended }).filter(
    ({ rule }) => selected?.includes(rule) ?? true,
  );
  const rules = [...judgements, ...assumed].map((one) => ruleReport(document, record, one));
  const stoppedEarly = record.passes.map(({ history }) => history.stoppedEarly).find((one) => one !== undefined);
  const warnings = warningsOf(record);
  const { notes } = record.preflight;
  return applyExitPolicy({
    version: reportVersion,
    seed: record.seed,
    exitCode: 0,
    target: record.target,
    ...defined({ targetVersion: record.targetVersion }),
    startedAt: record.began,
    stats: statsOf(record),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(notes.length > 0 ? { notes: notes.map((note) => printableText(note)) } : {}),
    ...defined({ ledger: record.ledger }),
    ...(stoppedEarly === undefined ? {} : { stoppedEarly: printableText(stoppedEarly.message) }),
    leftovers: record.passes
      .flatMap(({ history }) => history.left)
      .map(({ id, name, why, caller }) => ({
        ...{ id: printableText(id), name: printableText(name), reason: printableText(why) },
        ...defined({ caller }),
      })),
    rules,
    dialect: dialectFile(dialect),
  });
}

/** So many ids of widgets that were there again are told. */
const mostRevived = 5;

/** What whoever reads the report has to know first. */
function warningsOf({ means, passes }: RunRecord): string[] {
  const insecure =
    "TLS certificates were not checked (--insecure): anybody on the way may have answered for the server";
  const ids = passes.flatMap(({ history }) => (history.revived ?? []).map(({ id }) => id));
  const [are, were] = ids.length === 1 ? ["widget was", "was"] : ["widgets were", "were"];
  const some = ids.slice(0, mostRevived).join(", ") + (ids.length > mostRevived ? ", ..." : "");
  const revived = `${ids.length} ${are} there again after a delete, and ${were} deleted once more: ${some}`;
  return [...(means.isInsecure ? [insecure] : []), ...(ids.length > 0 ? [printableText(revived)] : [])];
}

function ruleReport(document: WidgetsDocument, record: RunRecord, judgement: ConfirmedJudgement): RuleReport {
  const { rule: id, verdict, observations, reproduced, findings, reproduction } = judgement;
  const { says, basis, source, level, needs = [] } = document["x-rules"][id];
  const { reason, option } = noVerdictReason(document, record, judgement) ?? {};
  return {
    id,
    text: says,
    basis,
    ...defined({ source }),
    level,
    verdict,
    observations,
    ...defined({ reason: reason && printableText(reason), option, reproduced }),
    findings: findings.map(reportedFinding),
    ...(reproduction ? { reproduction: reproductionOf(record, { rule: id, says, needs }, reproduction) } : {}),
  };
}

function reportedFinding({ level, message, expected, calls, script, about, members }: Finding): ReportedFinding {
  const printed = defined({ expected: expected && printableText(expected) });
  return {
    ...{ level, message: printableText(message), ...printed, requests: calls },
    ...defined({ script, about, members }),
  };
}

function statsOf({ passes, wallMs, preflight }: RunRecord): Stats {
  const all = passes.map(passStats);
  const sum = (name: "requests" | "widgets") => all.reduce((total, one) => total + one[name], 0);
  const recrawls = passes.flatMap(({ history }) => history.exchanges).filter((one) => isDone(one, "recrawlWidget"));
  const [requests, widgets] = [sum("requests") + preflight.exchanges.length, sum("widgets")];
  return {
    requests,
    widgets,
    crawls: widgets + recrawls.length,
    durationMs: wallMs,
    coverage: coverageOf(passes[0]),
    passes: all,
  };
}

function passStats({ purpose, history }: Pass): PassStats {
  const { exchanges, waits } = history;
  const firstCrawlMs = Math.max(...waits.map(({ to }) => to)) - Math.min(...waits.map(({ began }) => began));
  return {
    purpose,
    requests: exchanges.length,
    widgets: createdIn(exchanges),
    durationMs: Math.max(0, ...exchanges.map(({ t1 }) => t1)),
    firstCrawlMs: waits.length === 0 ? 0 : firstCrawlMs,
  };
}

/** Counts the widgets that were created: a create that repeats an idempotency key creates no other one. */
function createdIn(exchanges: Pass["history"]["exchanges"]): number {
  const creates = exchanges.filter((one) => isDone(one, "createWidget"));
  return new Set(creates.map(({ n, response }) => widgetIn(response?.body)?.["id"] ?? n)).size;
}
