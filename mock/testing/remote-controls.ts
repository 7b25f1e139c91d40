import type { Controls, WebhookControls } from "../controls/controls.ts";
import type { Trace } from "../controls/journal.ts";
import type { Snapshot } from "../controls/snapshot.ts";
import type { InjectedFault } from "../faults/faults.ts";
import type { Happening } from "../world/happening.ts";
import type { JournalFilter } from "../world/journal.ts";
import { type ControlClient, ControlError } from "./control-client.ts";
import { deliveryFromJson, entryFromJson, type Schemas, type ToldDelivery } from "./from-json.ts";
import type { OverHttp } from "./over-http.ts";

/**
 * `Controls` of one organization's world, from another process. What the mock refuses is thrown as a `ControlError`;
 * that goes for a fault to be cleared that there is not, and for a crawl to be ended that does not run, too.
 */
export interface RemoteControls extends OverHttp<Omit<Controls, "webhooks">> {
  readonly webhooks: OverHttp<Omit<WebhookControls, "deliveries">> & {
    /** Every delivery that is remembered, with its attempts, oldest first. */
    deliveries(): Promise<readonly ToldDelivery[]>;
  };
}

/** The controls that a client of the control plane gives; one that is left out does not compile. */
export function remoteControls(call: ControlClient): RemoteControls {
  return {
    clock: clockOf(call),
    crawls: crawlsOf(call),
    webhooks: webhooksOf(call),
    journal: journalOf(call),
    faults: faultsOf(call),
    reset: async (options = {}) => void (await call("POST", "/reset", options)),
    snapshot: () => call<Snapshot>("GET", "/state"),
    restore: async (snapshot) => void (await call("PUT", "/state", snapshot)),
  };
}

function clockOf(call: ControlClient): RemoteControls["clock"] {
  const read = () => call<Schemas["Clock"]>("GET", "/clock");
  return {
    now: async () => Date.parse((await read()).now),
    running: async () => (await read()).running,
    advance: (milliseconds) => advance(call, milliseconds),
    freeze: async () => void (await call("POST", "/clock/freeze")),
    resume: async () => void (await call("POST", "/clock/resume")),
  };
}

async function advance(call: ControlClient, milliseconds: number): Promise<Happening[]> {
  const { happened } = await call<{ happened: Happening[] }>("POST", "/clock/advance", {
    seconds: milliseconds / 1000,
  });
  return happened;
}

function crawlsOf(call: ControlClient): RemoteControls["crawls"] {
  return {
    mode: async () => (await call<Schemas["Crawls"]>("GET", "/crawls")).mode,
    change: async (mode) => void (await call("PUT", "/crawls", { mode })),
    end: async (outcome, widget) =>
      widget === undefined
        ? (await call<{ happened: Happening[] }>("POST", "/crawls/end", { outcome })).happened
        : [await call<Happening>("POST", `/widgets/${encodeURIComponent(widget)}/crawl`, { outcome })],
  };
}

function webhooksOf(call: ControlClient): RemoteControls["webhooks"] {
  return {
    addEndpoint: async (options) => (await call<Schemas["Endpoint"]>("POST", "/webhooks", options)).id,
    deliveries: async () => (await call<Schemas["Deliveries"]>("GET", "/deliveries")).deliveries.map(deliveryFromJson),
    async redeliver(id) {
      const path = `/deliveries/${encodeURIComponent(id)}/redeliver`;
      return (await unlessUnknown(call("POST", path))) !== undefined;
    },
    // Whoever advances is answered when nothing is under way, however little that was.
    settled: async () => void (await advance(call, 0)),
  };
}

function journalOf(call: ControlClient): RemoteControls["journal"] {
  const list = async (filter: JournalFilter = {}, wait: Record<string, number> = {}) => {
    const query = new URLSearchParams(
      Object.entries({ ...filter, ...wait }).map(([name, value]) => [name, `${value}`]),
    );
    return (await call<Schemas["Requests"]>("GET", `/requests?${query}`)).requests.map(entryFromJson);
  };
  return {
    entries: (filter) => list(filter),
    // The control plane waits for whole seconds, and for one answer at least.
    waitFor: (count, filter, timeoutMs = 5000) =>
      list(filter, count < 1 ? {} : { wait_for: count, timeout_seconds: Math.ceil(timeoutMs / 1000) }),
    async trace(requestId): Promise<Trace | undefined> {
      const found = await unlessUnknown(call<Schemas["Trace"]>("GET", `/traces/${encodeURIComponent(requestId)}`));
      if (!found) return undefined;
      const request = found.request && entryFromJson(found.request);
      return { id: found.trace, request, happenings: (found.happened ?? []) as Happening[] };
    },
  };
}

function faultsOf(call: ControlClient): RemoteControls["faults"] {
  return {
    add: (fault) => call<InjectedFault>("POST", "/faults", fault),
    list: async () => (await call<{ faults: InjectedFault[] }>("GET", "/faults")).faults,
    clear: async (id) =>
      void (await call("DELETE", id === undefined ? "/faults" : `/faults/${encodeURIComponent(id)}`)),
  };
}

/** What is asked for by its id; undefined where the mock knows of none. */
async function unlessUnknown<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ControlError && error.status === 404) return undefined;
    throw error;
  }
}
