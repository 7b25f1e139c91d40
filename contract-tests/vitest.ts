import { beforeAll, type TestContext, test } from "vitest";
import type { RuleId } from "../spec/generated/rules.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { ledgerIn } from "./act/ledger-file.ts";
import type { VerifyOptions } from "./options.ts";
import { type ExitPolicy, withPolicy } from "./report/exit-policy.ts";
import { knownText } from "./report/known-violations.ts";
import type { Report, RuleReport } from "./report/report.ts";
import { reportFiles } from "./report/report-files.ts";
import { storyText } from "./report/text/reproduction-text.ts";
import { writeFiles } from "./report/write-files.ts";
import type { Target } from "./target.ts";
import { run, type Verified } from "./verify.ts";

/** How the contract tests run as tests of Vitest. */
export interface ContractTestsOptions extends VerifyOptions, ExitPolicy {
  /** A folder for the files of the report, as `widgets-mock contract --report` writes them. */
  readonly report?: string;
  /** How long the run may take, in milliseconds of real time; an hour where it is left out. */
  readonly timeoutMs?: number;
}

/**
 * Makes a test of each documented rule, with a name that never changes, such as `PAUSE-4 A paused widget refuses to start a
 * conversation`, one of the run itself, and one of the dialect where one is expected. The contract tests run once, before the first of them. A rule that is kept
 * passes; one that is broken fails with its story; one without a verdict is skipped with the reason; a warning is an
 * annotation of a test that passes.
 * @param target the implementation, or what gives it when the tests begin
 */
export function contractTests(
  target: Target | (() => Target | Promise<Target>),
  options: ContractTestsOptions = {},
): void {
  const { timeoutMs = 3_600_000 } = options;
  let report: Report | undefined;
  beforeAll(async () => {
    report = await verified(typeof target === "function" ? await target() : target, options);
  }, timeoutMs);
  for (const [id, says] of testedRules(options)) {
    test(`${id} ${says}`, async (context) => {
      const rule = report?.rules.find((one) => one.id === id);
      if (report && rule) await tell(rule, report, context);
    });
  }
  if (options.expect !== undefined) {
    test("What is only assumed is as it is expected", async ({ annotate }) => {
      if (report) await tellDialect(report, annotate);
    });
  }
  test("The run came to its end, and left nothing behind", () => {
    if (report) checkRun(report);
  });
}

/** The rules that are tested: the documented ones, or those that were asked for. */
function testedRules({ rules }: ContractTestsOptions): [RuleId, string][] {
  return Object.entries(publishedDocument["x-rules"]).flatMap(([id, { basis, says }]): [RuleId, string][] =>
    basis !== "assumed" && (rules?.includes(id as RuleId) ?? true) ? [[id as RuleId, says]] : [],
  );
}

async function verified(target: Target, options: ContractTestsOptions): Promise<Report> {
  const { report: folder, timeoutMs: _, failOn, failOnNotObserved, known, today, ...run_ } = options;
  const ledger = folder === undefined ? {} : { ledger: ledgerIn(folder) };
  const { report, record }: Verified = await run(target, { ...ledger, ...run_ });
  const policy = { failOn, failOnNotObserved, known, today };
  const settled = withPolicy(
    report,
    Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined)),
  );
  if (folder !== undefined) writeFiles(folder, reportFiles(settled, record));
  return settled;
}

/** Lets a test come to what is said of its rule. */
async function tell(rule: RuleReport, { seed }: Report, { skip, annotate }: TestContext): Promise<void> {
  const { verdict, counts, known, reason, option, findings, story } = rule;
  const why = `${reason}${option === undefined ? "" : ` (${option})`}`;
  const told = story ? storyText(rule, { paint: (_, text) => text, seed, folder: undefined }) : why;
  if (counts) throw new ContractBreach(told);
  if (known && verdict !== "pass") skip(`known ${knownText(known)}`);
  if (verdict === "error") throw new ContractBreach(why);
  if (reason !== undefined) skip(why);
  if (verdict === "warn" || verdict === "note")
    await annotate(findings[0]?.says ?? verdict, verdict === "warn" ? "warning" : "notice");
}

/** Lets a test come to what is said of the dialect: a departure fails where it counts, and is an annotation elsewhere. */
async function tellDialect({ rules }: Report, annotate: TestContext["annotate"]): Promise<void> {
  const wrong = rules.filter(({ basis, verdict }) => basis === "assumed" && (verdict === "warn" || verdict === "fail"));
  const lines = ({ counts }: { readonly counts: boolean }) =>
    wrong.filter((rule) => Boolean(rule.counts) === counts).map(({ id, findings }) => `${id}: ${findings[0]?.says}`);
  for (const line of lines({ counts: false })) await annotate(line, "warning");
  const counted = lines({ counts: true });
  if (counted.length > 0) throw new ContractBreach(counted.join("\n"));
}

/** What no rule tells: that nothing was judged, or not everything done. */
function checkRun({ rules, exit, stats, cutShort, left }: Report): void {
  const [reason] = rules.flatMap((rule) => rule.reason ?? []);
  if (exit === 2 && stats.widgets === 0) throw new ContractBreach(`Nothing could be judged: ${reason}.`);
  if (cutShort !== undefined) throw new ContractBreach(`The run ended before everything was done: ${cutShort}.`);
  if (left.length > 0) {
    const widgets = left.map(({ id, name, why }) => `${id} ${name}: ${why}`);
    throw new ContractBreach(["These widgets of the run may still be there:", ...widgets].join("\n"));
  }
}

/** A rule that is not kept. There is no place in the tests' code to look at, so none is shown. */
class ContractBreach extends Error {
  override readonly name = "ContractBreach";

  constructor(message: string) {
    super(message);
    this.stack = `${this.name}: ${message}`;
  }
}
