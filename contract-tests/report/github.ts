import { githubAnnotation } from "../../spec/text/github.ts";
import { isSuppressed } from "./known-violations.ts";
import type { Report, RuleReport } from "./report.ts";

/** Makes the annotations of a GitHub workflow run: one for each rule that fails the run, warns, or has an error. */
export function githubAnnotations({ rules }: Report): string[] {
  return rules.flatMap((rule) => {
    const level = annotationLevel(rule);
    if (level === undefined) return [];
    const { id, text, reason, reproduction, findings } = rule;
    const message = findings[0]?.message ?? reason ?? "";
    const expected = reproduction ? `\nexpected: ${reproduction.expected}` : "";
    return [githubAnnotation({ level, title: `${id} ${text}`, message: message + expected })];
  });
}

function annotationLevel(rule: RuleReport): "error" | "warning" | undefined {
  if (rule.failsRun) return "error";
  if (isSuppressed(rule)) return undefined;
  return rule.verdict === "error" ? "error" : rule.verdict === "warn" ? "warning" : undefined;
}
