import type { LoggedRequest, RunLog } from "./run/run-log.ts";
import type { Variation } from "./variations/variation.ts";

/** The request after which a run went wrong, as far as the mock can tell. */
export function turningPoint(
  run: RunLog,
  baseline: RunLog,
  variation: Pick<Variation, "rule" | "kind">,
): LoggedRequest | undefined {
  const failedCrawl = run.requests.find(({ shown }) => shown.some(({ crawl }) => crawl === "failed"));
  const isNewFailure = run.happenings.some(({ type }) => type === "crawl.failed");
  if (failedCrawl && isNewFailure) return failedCrawl;
  return variation.kind === "trouble" ? unrecovered(run) : lastBeforeParting(run, baseline, variation);
}

/** The first call that was struck by a fault and never succeeded afterwards; the last one struck, if all did. */
function unrecovered({ requests }: RunLog): LoggedRequest | undefined {
  const struck = requests.filter(({ faults }) => faults.length > 0);
  const isRecovered = (one: LoggedRequest) =>
    requests
      .slice(requests.indexOf(one) + 1)
      .some((later) => isSameCall(later, one) && later.status >= 200 && later.status < 300);
  return struck.find((one) => !isRecovered(one)) ?? struck.at(-1) ?? requests.at(-1);
}

function isSameCall(one: LoggedRequest, other: LoggedRequest): boolean {
  return one.method === other.method && one.path === other.path && one.created === other.created;
}

/**
 * The last answer that showed the difference before the client first did something else than in the baseline; without such
 * an answer, the last request before that.
 */
function lastBeforeParting(
  { requests }: RunLog,
  baseline: RunLog,
  { rule }: Pick<Variation, "rule">,
): LoggedRequest | undefined {
  const parted = requests.findIndex((request, place) => nameOf(request) !== nameOf(baseline.requests[place]));
  // The answer that differs comes before what the client did about it.
  const before = requests.slice(0, parted === -1 ? requests.length : parted + 1);
  return before.findLast(({ assumed }) => assumed.includes(rule)) ?? before.at(-1);
}

/** What was called and how it was answered: widgets have other ids in each run. */
function nameOf(request: LoggedRequest | undefined): string | undefined {
  return request && `${request.operation ?? `${request.method} ${request.path}`} ${request.status}`;
}
