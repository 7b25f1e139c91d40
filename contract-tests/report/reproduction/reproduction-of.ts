import type { Rule } from "../../../spec/document.ts";
import type { RuleId } from "../../../spec/generated/rules.ts";
import { printableText } from "../../../spec/text/printable-text.ts";
import { type Exchange, ownCallsOf } from "../../history/exchange.ts";
import type { Pass, RunRecord } from "../../history/record.ts";
import type { Finding } from "../../judge/finding.ts";
import type { ConfirmedJudgement } from "../../judge/judge-record.ts";
import { originalId } from "../../plan/confirm.ts";
import { ofLane } from "../../plan/plan.ts";
import type { Script } from "../../plan/script.ts";
import type { Reproduction } from "../report.ts";
import { relevantExchanges } from "./relevant-exchanges.ts";
import { relevantObservations, reportedResponses } from "./reported-responses.ts";
import { reportedTimeline } from "./reported-timeline.ts";
import { shellCommands } from "./shell-commands.ts";

/** Makes the reproduction of a finding. */
export function reproductionOf(
  { target, means }: RunRecord,
  { rule, says, needs = [] }: Pick<Rule, "says" | "needs"> & { readonly rule: RuleId },
  { finding, pass }: NonNullable<ConfirmedJudgement["reproduction"]>,
): Reproduction {
  const { history } = pass;
  const calls = relevantExchanges(finding, history, needs);
  const observations = relevantObservations(rule, history, calls);
  // A widget is named after the script that made it.
  const scripts = [...new Set(calls.flatMap(({ widget }) => widget ?? []))];
  const about = finding.script ?? finding.about;
  const script = about ?? (scripts.length === 1 ? scripts[0] : undefined);
  const timeline = script === undefined ? undefined : reportedTimeline(history, { rule, calls, script });
  return {
    message: printableText(finding.message),
    expected: printableText(finding.expected ?? says),
    commands: shellCommands({ baseUrl: target, means }, history, { calls, observations, script: about }),
    responses: reportedResponses(rule, finding, history, calls),
    scripts: scriptsOf(pass, calls, finding),
    ...(timeline ? { timeline } : {}),
  };
}

/**
 * The scripts to run again, under the names that they had before they were copied or shortened: one script where it shows
 * the finding by itself; where a request of the quiet lane caused it that lane and the affected widget; for a list all that
 * was in it.
 */
function scriptsOf({ plan }: Pass, calls: readonly Exchange[], { script }: Finding): readonly Script[] {
  const all = plan.scripts.filter(({ lane }) => lane !== "probe");
  const ids = new Set(calls.flatMap(({ origin, widget }) => [origin?.script, widget]));
  const isOfLists = script === undefined && ownCallsOf(calls, "listWidgets").length > 0;
  const named = all.filter(({ id }) => ids.has(id));
  const making = ofLane(named, "quiet", "visitor", "parallel");
  const quiet = making.length > 1 && ofLane(making, "quiet").length > 0 ? ofLane(all, "quiet") : [];
  const isEnough = making.length === 1 ? !isOfLists : quiet.length > 0;
  const again = isEnough ? all.filter((one) => named.includes(one) || quiet.includes(one)) : all;
  // If several copies are needed, each keeps an id of its own.
  const originals = again.map(originalId);
  return again.map(({ copyOf: _, cut: __, ...one }, n) => {
    const original = originals[n] ?? one.id;
    return originals.indexOf(original) === originals.lastIndexOf(original) ? { ...one, id: original } : one;
  });
}
