import type { LoggedRequest, RunLog } from "./run/run-log.ts";
import type { Variation } from "./variations/variation.ts";

/**
 * The request after which a run went wrong: the last answer that showed the difference before the client first did
 * something else than in the baseline; without such an answer, the last request before that.
 */
export function turningPoint(
  run: RunLog,
  baseline: RunLog,
  variation: Pick<Variation, "rule">,
): LoggedRequest | undefined {
  const { requests } = run;
  const parted = requests.findIndex((request, place) => nameOf(request) !== nameOf(baseline.requests[place]));
  // The answer that differs comes before what the client did about it.
  const before = requests.slice(0, parted === -1 ? requests.length : parted + 1);
  const shows = ({ faults, assumed }: LoggedRequest) => faults.length > 0 || assumed.includes(variation.rule);
  return before.findLast(shows) ?? before.at(-1);
}

/** What was called and how it was answered: widgets have other ids in each run. */
function nameOf(request: LoggedRequest | undefined): string | undefined {
  return request && `${request.operation ?? `${request.method} ${request.path}`} ${request.status}`;
}
