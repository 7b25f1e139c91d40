export { DialectError } from "../spec/dialect.ts";
export { githubSummary } from "../spec/text/github.ts";
export { printableText } from "../spec/text/printable-text.ts";
export { clean, type Leftover } from "./act/clean.ts";
export { type Ledger, ledgerIn, temporaryLedger } from "./act/ledger.ts";
export { PreflightError, preflight } from "./act/preflight.ts";
export type { Adapter, AdapterCommands, Remains } from "./adapter.ts";
export { type Expectation, expectationOf } from "./dialect/assumed-judgements.ts";
export type { ExpectLevel } from "./dialect/expected-dialect.ts";
export type { DialectFile } from "./dialect/observe-dialect.ts";
export type { CallerRole, Exchange } from "./history/exchange.ts";
export {
  type LedgerFile,
  type Means,
  type Preflight,
  type RunRecord,
  readRecord,
  writeRecord,
} from "./history/record.ts";
export type { Connection, ResolvedHost } from "./http/connection.ts";
export type { Finding } from "./judge/finding.ts";
export type { Verdict } from "./judge/judge.ts";
export { mockAdapter } from "./mock-adapter.ts";
export type { VerifyOptions } from "./options.ts";
export type { Effort, Plan } from "./plan/plan.ts";
export type { Price } from "./plan/price.ts";
export { replayOf } from "./plan/replay.ts";
export { type Change, type Comparison, compareReports, readReport } from "./report/compare-reports.ts";
export { applyExitPolicy, type ExitPolicy, exitCodeOf } from "./report/exit-policy.ts";
export { githubAnnotations } from "./report/github.ts";
export { htmlReport } from "./report/html/html-report.ts";
export { junitReport } from "./report/junit-report.ts";
export { type KnownViolation, type KnownViolations, readKnownViolations } from "./report/known-violations.ts";
export { markdownReport } from "./report/markdown-report.ts";
export type {
  ExitCode,
  PassStats,
  Report,
  ReportedFinding,
  ReportedLeftover,
  ReportedMoment,
  ReportedResponse,
  ReportedTimeline,
  Reproduction,
  RuleReport,
  Stats,
} from "./report/report.ts";
export {
  type ReportExtras,
  type ReportFiles,
  type ReportSection,
  reportFiles,
  writeFiles,
} from "./report/report-files.ts";
export type { Paint } from "./report/text/paint.ts";
export { type TextOptions, textReport } from "./report/text/text-report.ts";
export { reportOf } from "./report-of.ts";
export { isOnThisMachine, type Target } from "./target.ts";
export { priceFor, run, type Verified, verify } from "./verify.ts";
