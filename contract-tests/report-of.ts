import type { WidgetsDocument } from "../spec/document.ts";
import { outcomeOf } from "./history/exchange.ts";
import type { RunRecord } from "./history/record.ts";
import { type ConfirmedJudgement, judgeRecord } from "./judge/judge-record.ts";

/** What a run has come to. */
export interface Report {
  readonly seed: number;
  readonly target: string;
  /** 1 where a rule fails, 2 where nothing could be judged, else 0. */
  readonly exit: 0 | 1 | 2;
  readonly stats: {
    readonly calls: number;
    readonly widgets: number;
    readonly crawls: number;
    /** From the first call to the last, on the target's clock where the run moves it. */
    readonly milliseconds: number;
  };
  readonly rules: readonly ConfirmedJudgement[];
}

/** The report of a run: the same record and document give the same report. */
export function reportOf(document: WidgetsDocument, record: RunRecord): Report {
  const rules = judgeRecord(document, record);
  const exchanges = record.passes.flatMap(({ history }) => history.exchanges);
  const done = (call: string) =>
    exchanges.filter((exchange) => exchange.call === call && outcomeOf(exchange) === "done").length;
  const widgets = done("createWidget");
  return {
    seed: record.seed,
    target: record.target,
    exit: rules.some(({ verdict }) => verdict === "fail") ? 1 : widgets === 0 ? 2 : 0,
    stats: {
      calls: exchanges.length,
      widgets,
      crawls: widgets + done("recrawlWidget"),
      milliseconds: record.passes.reduce((sum, { history }) => sum + (history.exchanges.at(-1)?.t1 ?? 0), 0),
    },
    rules,
  };
}
