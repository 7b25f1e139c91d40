import { defined } from "../contract-tests/defined.ts";
import type { Expectation } from "../contract-tests/dialect/assumed-judgements.ts";
import type { ObservedRules } from "../contract-tests/dialect/observe-dialect.ts";
import type { RunRecord } from "../contract-tests/history/record.ts";
import type { Report } from "../contract-tests/report/report.ts";
import type { ReportSection } from "../contract-tests/report/report-files.ts";
import { reportWith } from "../contract-tests/report-of.ts";
import type { Target } from "../contract-tests/target.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import { printableText } from "../spec/text/printable-text.ts";
import { type WatchOptions, watchedJudgements } from "./judge-watched.ts";
import type { Watcher } from "./watcher.ts";

/** What a report is made from besides what was watched. */
export interface WatchReportOptions extends WatchOptions {
  readonly document: WidgetsDocument;
  readonly target: Target;
  readonly expectation?: Expectation | undefined;
  readonly targetVersion?: string | undefined;
}

/** A report, with the record that it was made from, and what clients sent. */
export interface WatchReport {
  readonly report: Report;
  readonly record: RunRecord;
  readonly sections: readonly ReportSection[];
}

/** Makes a report of what went through the proxy until now, in the form of that of the contract tests. */
export function watchReport(watcher: Watcher, options: WatchReportOptions): WatchReport {
  const { document, target, expectation, targetVersion } = options;
  const passes = watcher.passes();
  const dialect = watcher.dialect();
  const { counts } = watcher;
  const record: RunRecord = {
    target: target.baseUrl,
    ...defined({ targetVersion }),
    seed: 0,
    began: new Date(watcher.began).toISOString(),
    wallMs: Date.now() - watcher.began,
    means: {
      effort: "normal",
      maxWidgets: counts.widgets,
      credential: watcher.credential,
      headers: {},
      adapter: [],
      listens: false,
      isWatched: true,
      ...defined({ curlOptions: target.connection?.curlOptions }),
      ...(target.connection?.isInsecure ? { isInsecure: true } : {}),
    },
    preflight: { exchanges: [], notes: [] },
    passes: passes.map(({ pass }) => pass),
  };
  const judgements = watchedJudgements(document, passes, options);
  const made = reportWith(document, record, { judgements, dialect, expectation });
  const report = { ...made, stats: { ...made.stats, requests: counts.requests, widgets: counts.widgets } };
  return { report, record, sections: clientSections(watcher, dialect) };
}

/** What clients sent that the mock would have rejected, and what their requests rest on. */
function clientSections({ client }: Watcher, dialect: ObservedRules): ReportSection[] {
  const issues = client.issues.map(({ operation, place, detail, assumed, times, first, statuses }) => [
    ...[`${times} ×`, operation, printableText(`${place}: ${detail}`, 120), assumed.join(", ") || "documented"],
    `${statuses.map((status) => (status === 0 ? "no answer" : String(status))).join(", ")} (request ${first})`,
  ]);
  const assumptions = client.assumptions.map(({ rule, says, times, operations }) => {
    const observed = dialect.get(rule);
    const seen = observed ? (observed.unsupported ?? "as assumed") : "not observed";
    return [`${times} ×`, rule, says, operations.join(", "), printableText(seen, 120)];
  });
  return [
    {
      title: "Requests that the mock would have rejected",
      text:
        issues.length === 0
          ? "None: every request is as the document has it."
          : "Held against the document in its default dialect; the server may well take them.",
      columns: ["Times", "Operation", "What is wrong", "By", "The server answered"],
      rows: issues,
    },
    {
      title: "Assumptions that requests rest on",
      text:
        assumptions.length === 0
          ? "None."
          : "The documentation does not say that the server takes them so; the last column is what this one did.",
      columns: ["Times", "Rule", "Assumption", "Operations", "The server"],
      rows: assumptions,
    },
  ];
}
