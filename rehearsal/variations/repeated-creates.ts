import type { LoggedRequest, RunLog } from "../run/run-log.ts";
import type { JudgedRun, RunJudgement } from "./variation.ts";

/**
 * Finds a create that was sent again after its answer was lost, and made a second widget. The client's tests need not
 * notice: two widgets with one body, where the baseline made one, are proof.
 */
export function judgeRepeatedCreates({ log, baseline }: JudgedRun): RunJudgement | undefined {
  for (const lost of log.requests.filter(isLostCreate)) {
    const made = creationsOf(log, lost.created);
    if (made.length <= Math.max(1, creationsOf(baseline, lost.created).length)) continue;
    const ids = made.flatMap(({ shown }) => shown.map(({ id }) => id));
    return {
      verdict: "breaks",
      reason: `it sent the create again without an Idempotency-Key that is honoured, and made ${made.length} widgets: ${ids.join(", ")}`,
      after: lost,
    };
  }
  return undefined;
}

function isLostCreate({ operation, faults }: LoggedRequest): boolean {
  return operation === "createWidget" && faults.length > 0;
}

/** The requests that created a widget from a body, those whose answer was lost included. */
function creationsOf({ requests }: RunLog, body: string | undefined): LoggedRequest[] {
  return requests.filter(
    ({ created, shown, replayed }) => created !== undefined && created === body && shown.length > 0 && !replayed,
  );
}
