import { beforeAll, type TestContext, test } from "vitest";
import type { RuleId } from "../spec/generated/rules.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { ledgerIn } from "./act/ledger.ts";
import { PreflightError } from "./act/preflight.ts";
import type { VerifyOptions } from "./options.ts";
import { cleanAdvice } from "./report/clean-advice.ts";
import { applyExitPolicy, type ExitPolicy } from "./report/exit-policy.ts";
import { hasReproduction, type Report, type RuleReport } from "./report/report.ts";
import { reportFiles, writeFiles } from "./report/report-files.ts";
import { testResult } from "./report/test-result.ts";
import { reproductionText } from "./report/text/reproduction-text.ts";
import type { Target } from "./target.ts";
import { run } from "./verify.ts";

/** Options of the contract tests as tests of Vitest. */
export interface ContractTestsOptions extends VerifyOptions, ExitPolicy {
  /** Folder for the files of the report, as `widgets-mock contract --report` writes them. */
  readonly report?: string;
  /** Limit for the whole run, in milliseconds of real time (default one hour). */
  readonly timeoutMs?: number;
}

/**
 * Registers a test for each documented rule, with a name that never changes, such as `PAUSE-4 A paused widget refuses to
 * start a conversation`; one for the run itself; and one for the dialect if one is expected. The contract tests run once,
 * before the first of them. A broken rule fails its test with a reproduction, a rule without a verdict is skipped with the
 * reason, and a warning is an annotation of a test that passes. If the server cannot be tested, the last test fails and the
 * others are skipped.
 * @param target the server, or a function that returns it when the tests begin
 */
export function contractTests(
  target: Target | (() => Target | Promise<Target>),
  options: ContractTestsOptions = {},
): void {
  const { timeoutMs = 3_600_000 } = options;
  let report: Report | undefined;
  let obstacle: PreflightError | undefined;
  beforeAll(async () => {
    try {
      report = await runOnce(typeof target === "function" ? await target() : target, options);
    } catch (error) {
      if (!(error instanceof PreflightError)) throw error;
      obstacle = error;
    }
  }, timeoutMs);
  for (const [id, text] of selectedRules(options)) {
    test(`${id} ${text}`, async (context) => {
      if (obstacle) context.skip(obstacle.message);
      const rule = report?.rules.find((one) => one.id === id);
      if (report && rule) await checkRule(rule, report, context);
    });
  }
  if (options.expect !== undefined) {
    test("The dialect is as expected", async ({ annotate }) => {
      if (report) await checkDialect(report, annotate);
    });
  }
  test("The run completed and deleted its widgets", () => {
    if (obstacle) throw new ContractViolation(obstacle.message);
    if (report) checkRun(report);
  });
}

/** The documented rules, or those of them that were selected, with their texts. */
function selectedRules({ rules, document = publishedDocument }: ContractTestsOptions): [RuleId, string][] {
  return Object.entries(document["x-rules"]).flatMap(([id, { basis, says }]): [RuleId, string][] =>
    basis !== "assumed" && (rules?.includes(id as RuleId) ?? true) ? [[id as RuleId, says]] : [],
  );
}

async function runOnce(target: Target, options: ContractTestsOptions): Promise<Report> {
  const { report: folder } = options;
  const ledger = folder === undefined ? {} : { ledger: ledgerIn(folder) };
  const { report, record } = await run(target, { ...ledger, ...options });
  const final = applyExitPolicy(report, options);
  if (folder !== undefined) writeFiles(folder, reportFiles(final, record));
  return final;
}

async function checkRule(rule: RuleReport, { seed }: Report, { skip, annotate }: TestContext): Promise<void> {
  const { verdict, findings } = rule;
  const { kind, message } = testResult(rule);
  if (kind === "failure") throw new ContractViolation(hasReproduction(rule) ? reproductionText(rule, seed) : message);
  if (kind === "error") throw new ContractViolation(message);
  if (kind === "skipped") skip(message);
  if (verdict === "warn" || verdict === "note")
    await annotate(findings[0]?.message ?? verdict, verdict === "warn" ? "warning" : "notice");
}

/** Fails for deviations from the expected dialect that fail the run, and annotates the others. */
async function checkDialect({ rules }: Report, annotate: TestContext["annotate"]): Promise<void> {
  const deviations = rules
    .filter(({ basis, verdict }) => basis === "assumed" && (verdict === "warn" || verdict === "fail"))
    .map(({ id, findings, failsRun }) => ({ text: `${id}: ${findings[0]?.message}`, failsRun }));
  for (const { text } of deviations.filter(({ failsRun }) => !failsRun)) await annotate(text, "warning");
  const failures = deviations.filter(({ failsRun }) => failsRun);
  if (failures.length > 0) throw new ContractViolation(failures.map(({ text }) => text).join("\n"));
}

/** Fails for what no rule covers: nothing was checked, the run stopped early, or widgets were not deleted. */
function checkRun(report: Report): void {
  const { rules, exitCode, stats, stoppedEarly, leftovers } = report;
  const [reason] = rules.flatMap((rule) => rule.reason ?? []);
  if (exitCode === 2 && stats.widgets === 0) throw new ContractViolation(`Nothing could be checked: ${reason}.`);
  if (stoppedEarly !== undefined) throw new ContractViolation(`The run stopped early: ${stoppedEarly}.`);
  if (leftovers.length > 0) {
    const widgets = leftovers.map(({ id, name, reason: why }) => `${id} ${name}: ${why}`);
    throw new ContractViolation(["Widgets that were not deleted:", ...widgets, cleanAdvice(report)].join("\n"));
  }
}

/** A violation of the contract. It has no stack: no line of the tests is at fault. */
class ContractViolation extends Error {
  override readonly name = "ContractViolation";

  constructor(message: string) {
    super(message);
    this.stack = `${this.name}: ${message}`;
  }
}
