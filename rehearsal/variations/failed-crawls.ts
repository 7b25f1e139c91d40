import type { LoggedRequest, RunLog } from "../run/run-log.ts";
import type { JudgedRun, RunJudgement } from "./variation.ts";

/** So many reads of a failed crawl may be under way, or be made to report it. */
const maxReadsAfterFailure = 3;

/**
 * Judges a run in which crawls failed. No client can make a crawl succeed, so tests that wait for it may fail: what counts
 * is that the client notices and stops, and does not read on.
 */
export function judgeFailedCrawls({ passed, log }: JudgedRun): RunJudgement | undefined {
  if (passed) return undefined;
  const failed = log.happenings.filter(({ type }) => type === "crawl.failed");
  if (failed.length === 0) return undefined;
  const reads = failed.map(({ widget, at }) => readsOn(log, widget, at));
  const most = Math.max(...reads.map(({ length }) => length));
  const [first] = failed;
  if (most > maxReadsAfterFailure) {
    return { verdict: "breaks", reason: `it read the widget ${most} times more after its crawl had failed` };
  }
  const isNoticed = failed.some(({ widget, at }) => wasTold(log, widget, at));
  if (isNoticed) return { verdict: "survives", reason: "it stops, and its tests report the failed crawl" };
  return first && { verdict: "breaks", reason: "it never looked at the widget after its crawl had failed" };
}

/** The reads of a widget that showed its failed crawl, one after the other, with nothing else done to it. */
function readsOn({ requests }: RunLog, widget: string, since: number): LoggedRequest[] {
  const later = requests.filter((request) => request.at >= since && shows(request, widget));
  const end = later.findIndex(({ method }) => method !== "GET");
  return end === -1 ? later : later.slice(0, end);
}

function shows(request: LoggedRequest, widget: string): boolean {
  return request.widget === widget || request.shown.some(({ id }) => id === widget);
}

/** True if an answer showed the failed crawl, or an event told of it. */
function wasTold({ requests, happenings }: RunLog, widget: string, since: number): boolean {
  const isTold = requests.some((request) => request.at >= since && shows(request, widget));
  return (
    isTold || happenings.some((one) => one.type === "webhook.delivered" && one.widget === widget && one.at >= since)
  );
}
