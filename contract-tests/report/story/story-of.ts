import type { Rule } from "../../../spec/document.ts";
import type { RuleId } from "../../../spec/generated/rules.ts";
import type { Pass, RunRecord } from "../../history/record.ts";
import type { ConfirmedJudgement } from "../../judge/judge-record.ts";
import { originOf } from "../../plan/confirm.ts";
import type { Script } from "../../plan/script.ts";
import { printable } from "../printable.ts";
import type { Story } from "../report.ts";
import { answersOf } from "./answers.ts";
import { callsToTell } from "./calls-to-tell.ts";
import { shellLines } from "./shell-lines.ts";
import { timelineOf } from "./timeline-of.ts";

/** What was found, told so that one can see it again. */
export function storyOf(
  { target, means }: RunRecord,
  { rule, says, needs = [] }: Pick<Rule, "says" | "needs"> & { readonly rule: RuleId },
  { finding, pass }: NonNullable<ConfirmedJudgement["story"]>,
): Story {
  const { history } = pass;
  const calls = callsToTell(finding, history, needs);
  const scripts = [...new Set(calls.flatMap((one) => one.script ?? []))];
  const about = finding.script ?? (scripts.length === 1 ? scripts[0] : undefined);
  // What takes two widgets cannot be done again with one.
  const script = scripts.length === 1 ? scriptIn(pass, about) : undefined;
  const timeline = about === undefined ? undefined : timelineOf(pass, { rule, calls, script: about });
  return {
    says: printable(finding.says),
    right: printable(finding.right ?? says),
    shell: shellLines({ baseUrl: target, means }, history, { calls, script: finding.script }),
    answers: answersOf(rule, finding, history, calls),
    ...(script ? { script } : {}),
    ...(timeline ? { timeline } : {}),
  };
}

/** A script of a pass, under the name that it had before it was copied or made shorter. */
function scriptIn({ plan }: Pass, id: string | undefined): Script | undefined {
  const script = [...plan.quiet, ...plan.scripts, ...plan.visitor].find((one) => one.id === id);
  return script && { ...script, id: originOf(script.id) };
}
