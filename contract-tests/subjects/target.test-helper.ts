import { publishedDocument } from "../../spec/published-document.ts";
import type { History } from "../history/history.ts";
import { type Judgement, judge } from "../judge/judge.ts";
import { mockAdapter } from "../mock-adapter.ts";
import type { VerifyOptions } from "../options.ts";
import type { Report } from "../report/report.ts";
import { expectReportForm } from "../report/report-form.test-helper.ts";
import type { Target } from "../target.ts";
import { look, recordOnce, run, type Verified } from "../verify.ts";
import type { Authorization, Mutant, Subject, Variant } from "./subject.test-helper.ts";

/** Not on a full minute, so that what rounds times shows. */
export const startTime = { clock: "manual@2026-01-01T00:00:37Z" };

/** What the contract tests say of a subject at one look, by the rules that are not kept. */
export async function lookAt(
  subject: Subject,
  options: VerifyOptions = {},
  authorize?: Authorization,
): Promise<readonly Judgement[]> {
  const judgements = await on(subject, options, authorize, look);
  return judgements.filter(({ verdict }) => verdict === "fail" || verdict === "warn");
}

/** The rules that the contract tests name on a mutant: the one that it breaks, and those that it may break beside. */
export async function rulesNamedOn(mutant: Mutant, options: VerifyOptions = {}) {
  const history = await historyOf(mutant, options);
  const named = alarmsIn(history).map((judgement) => judgement.rule);
  const unexpected = named.filter((one) => one !== mutant.rule && !mutant.alsoBreaks.includes(one));
  return { named, unexpected, history };
}

/** What the contract tests fail a variant for, or warn about where it may not. */
export async function alarmsOn(variant: Variant, options: VerifyOptions = {}) {
  const history = await historyOf(variant, options);
  const alarms = alarmsIn(history).filter(({ rule, verdict }) => verdict === "fail" || !variant.mayWarn.includes(rule));
  return { alarms: alarms.map(({ rule, findings }) => `${rule}: ${findings[0]?.message}`), history };
}

function alarmsIn(history: History): Judgement[] {
  return judge(publishedDocument, history).filter(({ verdict }) => verdict === "fail" || verdict === "warn");
}

/** What the contract tests report of a subject. */
export async function reportOn(
  subject: Subject,
  options: VerifyOptions = {},
  authorize?: Authorization,
): Promise<Report> {
  const { report } = await recordOf(subject, options, authorize);
  expectReportForm(report);
  return report;
}

/** The same, with what it was made from. */
export function recordOf(subject: Subject, options: VerifyOptions = {}, authorize?: Authorization): Promise<Verified> {
  return on(subject, options, authorize, run);
}

/** What is seen at one look of a mutant, or of a variant. */
export function historyOf(subject: Mutant | Variant, options: VerifyOptions = {}): Promise<History> {
  const { build, authorize } = { authorize: undefined, ...subject };
  return on(build(startTime), { ...optionsFor(subject), ...options }, authorize, recordOnce);
}

/** What whoever points the tests at a subject says of it. */
function optionsFor(subject: Mutant | Variant): VerifyOptions {
  if ("rule" in subject) return subject.effort ? { effort: subject.effort } : {};
  return subject.told ?? {};
}

/** Does something to a subject, with a receiver for its events where they can be subscribed to. */
async function on<T>(
  subject: Subject,
  options: VerifyOptions,
  authorize: Authorization | undefined,
  task: (target: Target, options: VerifyOptions) => Promise<T>,
): Promise<T> {
  try {
    const target = await targetOf(subject, authorize);
    const between = subject.deliver;
    const reception = target.adapter ? { reception: { port: 0, ...(between ? { between } : {}) } } : {};
    return await task(target, { nonce: "n1", ...reception, ...options });
  } finally {
    subject.close();
  }
}

/** A subject as the contract tests reach it, with the mock's own adapter where it has a control plane. */
async function targetOf(subject: Subject, authorize?: Authorization): Promise<Target> {
  const credentialOf = (key: string): Record<string, string> =>
    authorize ? { [authorize.header]: authorize.value(key) } : { authorization: `Bearer ${key}` };
  const target: Target = {
    baseUrl: "http://mock.test",
    credential: credentialOf("sk_test_Own"),
    secondCredential: credentialOf("sk_test_second"),
    fetch: subject.fetch,
    advance: async (milliseconds) => {
      subject.advance(milliseconds);
      await subject.mock.deliveries.settle();
    },
  };
  // The control plane takes the mock's own keys alone.
  const adapter = authorize ? undefined : await mockAdapter(target).catch(() => undefined);
  return adapter ? { ...target, adapter } : target;
}
