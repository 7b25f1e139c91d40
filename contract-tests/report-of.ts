import type { WidgetsDocument } from "../spec/document.ts";
import { assumedJudgements, type Expectation } from "./dialect/assumed.ts";
import { dialectFile, observeDialect } from "./dialect/observe.ts";
import { outcomeOf } from "./history/exchange.ts";
import type { Pass, RunRecord } from "./history/record.ts";
import { widgetIn } from "./history/views.ts";
import type { Finding } from "./judge/finding.ts";
import { type ConfirmedJudgement, judgeRecord } from "./judge/judge-record.ts";
import { withPolicy } from "./report/exit-policy.ts";
import { type Reason, reasonFor } from "./report/no-verdict-reason.ts";
import { printable } from "./report/printable-text.ts";
import type { PassStats, Report, RuleReport, Stats } from "./report/report.ts";
import { storyOf } from "./report/reproduction/reproduction-of.ts";

/**
 * The report of a run: the same record, document and expectation give the same report.
 * @param expectation a dialect that the implementation is to keep to, besides the documentation
 */
export function reportOf(document: WidgetsDocument, record: RunRecord, expectation?: Expectation): Report {
  const { credential, rules: wanted } = record.means;
  const dialect = observeDialect(document, record.passes[0]?.history, credential);
  const assumed = assumedJudgements(document, dialect, expectation).filter(
    ({ rule }) => wanted?.includes(rule) ?? true,
  );
  const rules = [...judgeRecord(document, record), ...assumed].map((one) => ruleOf(document, record, one));
  const stats = statsOf(record);
  const cutShort = record.passes.map(({ history }) => history.cutShort).find((why) => why !== undefined);
  return withPolicy({
    seed: record.seed,
    exit: 0,
    target: record.target,
    began: record.began,
    stats,
    ...(cutShort === undefined ? {} : { cutShort: printable(cutShort) }),
    left: leftOf(record),
    rules,
    dialect: dialectFile(dialect),
  });
}

/** What the last word on each widget was that could not be deleted. */
function leftOf({ passes }: RunRecord): Report["left"] {
  return passes
    .flatMap(({ history }) => history.left)
    .map(({ id, name, why }) => ({
      id: printable(id),
      name: printable(name),
      why: printable(why),
    }));
}

function ruleOf(document: WidgetsDocument, record: RunRecord, judgement: ConfirmedJudgement): RuleReport {
  const { rule: id, verdict, observed, confirmed, findings, story } = judgement;
  const { says, basis, level, needs = [] } = document["x-rules"][id];
  const { reason, option }: Partial<Reason> =
    judgement.reason === undefined ? (reasonFor(document, record, judgement) ?? {}) : { reason: judgement.reason };
  return {
    id,
    says,
    basis,
    level,
    verdict,
    observed,
    ...(reason === undefined ? {} : { reason: printable(reason) }),
    ...(option === undefined ? {} : { option }),
    ...(confirmed ? { confirmed } : {}),
    ...(story ? { story: storyOf(record, { rule: id, says, needs }, story) } : {}),
    findings: findings.map((finding): Finding => ({ ...finding, says: printable(finding.says) })),
  };
}

function statsOf({ passes, wallMs }: RunRecord): Stats {
  const all = passes.map(passStats);
  const sum = (name: "calls" | "widgets") => all.reduce((total, one) => total + one[name], 0);
  const recrawls = passes.reduce((total, pass) => total + doneIn(pass, "recrawlWidget"), 0);
  return { calls: sum("calls"), widgets: sum("widgets"), crawls: sum("widgets") + recrawls, wallMs, passes: all };
}

function passStats(pass: Pass): PassStats {
  const { exchanges, waits } = pass.history;
  return {
    purpose: pass.purpose,
    calls: exchanges.length,
    widgets: madeIn(pass),
    ms: Math.max(0, ...exchanges.map(({ t1 }) => t1)),
    crawlMs:
      waits.length === 0 ? 0 : Math.max(...waits.map(({ to }) => to)) - Math.min(...waits.map(({ began }) => began)),
  };
}

/** How many widgets were made: a create that comes again with its key makes no other one. */
function madeIn({ history }: Pass): number {
  const creates = history.exchanges.filter((one) => one.operation === "createWidget" && outcomeOf(one) === "done");
  return new Set(creates.map(({ n, response }) => widgetIn(response?.body)?.["id"] ?? n)).size;
}

function doneIn({ history }: Pass, call: string): number {
  return history.exchanges.filter((exchange) => exchange.operation === call && outcomeOf(exchange) === "done").length;
}
