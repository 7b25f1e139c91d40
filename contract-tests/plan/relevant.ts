import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { Script, ScriptStep } from "./script.ts";

/** The operations that a rule is about, by the group of its id; other groups are about every widget. */
const callsOf: { readonly [group: string]: readonly ScriptStep["operation"][] } = {
  OBJ: ["updateWidget"],
  UPDATE: ["updateWidget"],
  PAUSE: ["pauseWidget", "resumeWidget"],
  DELETE: ["deleteWidget"],
  RECRAWL: ["recrawlWidget"],
};

/** Whether a script can put one of some rules to the proof. */
export function isRelevant({ draft, live }: Script, rules: readonly RuleId[]): boolean {
  const calls = [...draft, ...live].flatMap(({ operation, beside }) => [
    operation,
    ...(beside ? [beside.operation] : []),
  ]);
  return rules.some((rule) => {
    const wanted = callsOf[groupOf(rule)];
    return wanted === undefined || wanted.some((call) => calls.includes(call));
  });
}

/** Whether what an adapter shows can put one of some rules to the proof. */
export function needsVisitor(document: WidgetsDocument, rules: readonly RuleId[]): boolean {
  const shown = ["visitor", "inspection", "site"];
  return rules.some((rule) => document["x-rules"][rule].needs?.some((need) => shown.includes(need)));
}

function groupOf(rule: RuleId): string {
  return rule.replace(/-\d+$/, "");
}
