import { entries, trace, waitFor } from "../controls/journal.ts";
import { Refusal } from "../refusal.ts";
import type { JournalFilter } from "../world/journal.ts";
import { entryAsJson, happeningAsJson } from "./as-json.ts";
import type { ControlHandler } from "./control-call.ts";
import { eventStream } from "./event-stream.ts";

/** How long a call waits for answers where it does not say. */
const waitSeconds = 10;

/** What the control plane tells of what was asked, what was answered, and what came of it. */
export const journalHandlers = {
  async listRequests({ engine, scope, parameters, signal }) {
    const { operation, status, limit, wait_for: count, timeout_seconds: seconds = waitSeconds } = parameters;
    const filter = {
      ...(operation === undefined ? {} : { operation }),
      ...(status === undefined ? {} : { status }),
    } as JournalFilter;
    const meant =
      typeof count === "number"
        ? await waitFor(scope, count, filter, Number(seconds) * 1000, signal)
        : entries(scope, filter);
    return { requests: meant.slice(typeof limit === "number" ? -limit : 0).map((entry) => entryAsJson(engine, entry)) };
  },
  getTrace({ engine, scope, params }) {
    const id = params["request_id"] ?? "";
    const found = trace(scope, id);
    if (!found) throw new Refusal("no_trace", { values: { id } });
    const request = found.request ? { request: entryAsJson(engine, found.request) } : {};
    return { trace: id, ...request, happened: found.happenings.map((one) => happeningAsJson(engine, one)) };
  },
  streamEvents: ({ scope, requestId }) => eventStream(scope, requestId),
} satisfies Record<string, ControlHandler>;
