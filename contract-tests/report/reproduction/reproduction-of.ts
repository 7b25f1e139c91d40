import type { Rule } from "../../../spec/document.ts";
import type { RuleId } from "../../../spec/generated/rules.ts";
import type { Exchange } from "../../history/exchange.ts";
import type { Pass, RunRecord } from "../../history/record.ts";
import type { Finding } from "../../judge/finding.ts";
import type { ConfirmedJudgement } from "../../judge/judge-record.ts";
import { originOf } from "../../plan/confirm.ts";
import type { Script } from "../../plan/script.ts";
import { printable } from "../printable-text.ts";
import type { Reproduction } from "../report.ts";
import { callsToTell } from "./relevant-exchanges.ts";
import { answersOf } from "./reported-responses.ts";
import { timelineOf } from "./reported-timeline.ts";
import { shellLines } from "./shell-commands.ts";

/** What was found, told so that one can see it again. */
export function storyOf(
  { target, means }: RunRecord,
  { rule, says, needs = [] }: Pick<Rule, "says" | "needs"> & { readonly rule: RuleId },
  { finding, pass }: NonNullable<ConfirmedJudgement["story"]>,
): Reproduction {
  const { history } = pass;
  const calls = callsToTell(finding, history, needs);
  const ids = [...new Set(calls.flatMap((one) => one.origin?.script ?? []))];
  const about = finding.script ?? finding.about ?? (ids.length === 1 ? ids[0] : undefined);
  const timeline = about === undefined ? undefined : timelineOf(pass, { rule, calls, script: about });
  return {
    says: printable(finding.says),
    right: printable(finding.right ?? says),
    shell: shellLines({ baseUrl: target, means }, history, { calls, script: finding.script ?? finding.about }),
    answers: answersOf(rule, finding, history, calls),
    scripts: scriptsOf(pass, calls, finding),
    ...(timeline ? { timeline } : {}),
  };
}

/**
 * What is to be done again, under the names that scripts had before they were copied or made shorter: one script where
 * that shows it; where a call of the quiet lane has led to it that lane, and the widget it shows on; where it takes a list,
 * all that was in it.
 */
function scriptsOf({ plan }: Pass, calls: readonly Exchange[], { script }: Finding): readonly Script[] {
  const all = [...plan.quiet, ...plan.scripts, ...plan.visitor];
  const ids = new Set(calls.flatMap((one) => one.origin?.script ?? []));
  const isOfLists =
    script === undefined && calls.some(({ operation, caller }) => operation === "listWidgets" && caller === "own");
  const named = all.filter(({ id }) => ids.has(id));
  const beside = named.length > 1 && named.some((one) => plan.quiet.includes(one)) ? plan.quiet : [];
  const isEnough = named.length === 1 ? !isOfLists : beside.length > 0;
  const again = isEnough ? all.filter((one) => named.includes(one) || beside.includes(one)) : all;
  // Of copies that are all needed each keeps a name of its own.
  const nameOf = (id: string) => (again.length === 1 ? originOf(id) : id.replace("~", "-"));
  return again.map((one) => ({ ...one, id: nameOf(one.id) }));
}
