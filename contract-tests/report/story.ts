import type { RunRecord } from "../history/record.ts";
import type { ConfirmedJudgement } from "../judge/judge-record.ts";
import { curlOf } from "./curl.ts";
import { printable } from "./printable.ts";
import type { Story } from "./report.ts";

/** What was found, told by its calls. */
export function storyOf({ target }: RunRecord, { finding, history }: NonNullable<ConfirmedJudgement["story"]>): Story {
  const calls = history.exchanges.filter(({ n }) => finding.calls.includes(n));
  return {
    says: printable(finding.says),
    calls: calls.map((exchange) => ({
      shell: curlOf(target, exchange),
      answer: printable(String(exchange.response?.status ?? exchange.error ?? "no answer")),
    })),
  };
}
