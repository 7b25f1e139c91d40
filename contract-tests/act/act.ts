import type { ApiDocument } from "../../spec/document.ts";
import { operationsOf } from "../../spec/operations.ts";
import type { Adapter } from "../adapter.ts";
import type { Exchange } from "../history/exchange.ts";
import { withoutForeigners } from "../history/foreign.ts";
import type { History } from "../history/history.ts";
import type { Plan } from "../plan/plan.ts";
import type { Target } from "../target.ts";
import type { ActSettings } from "./act-settings.ts";
import { Cleaner } from "./cleaner.ts";
import { RunLimits } from "./limits.ts";
import { Lister } from "./lister.ts";
import { Mailbox } from "./mailbox.ts";
import { Pace } from "./pace.ts";
import { patient } from "./patience.ts";
import { perform } from "./perform.ts";
import { ProbeLane } from "./probe-lane.ts";
import { ReadyReads } from "./ready-reads.ts";
import { Scheduler } from "./scheduler.ts";
import { ScriptRunner } from "./script-runner.ts";
import { VisitorLane } from "./visitor-lane.ts";
import { Watch } from "./watch.ts";
import { Wire } from "./wire.ts";

/**
 * Does what is planned, and tells all that was seen. What it made it deletes at the end.
 * @throws Error where no mailbox could be opened
 */
export async function act(document: ApiDocument, target: Target, plan: Plan, settings: ActSettings): Promise<History> {
  const adapter = target.adapter && patient(target.adapter);
  const { advance = adapter?.advance } = target;
  const startedAt = await startOf(adapter, advance !== undefined);
  const now = adapter?.now;
  const scheduler = new Scheduler(
    advance && {
      advance,
      ...(now && startedAt !== undefined ? { moved: async () => Date.parse(await now()) - startedAt } : {}),
    },
  );
  const sitesVouched = settings.sites.length > 0 || adapter?.crawlsAnySite === true;
  const pace = new Pace(scheduler, settings.callsPerSecond);
  const limits = new RunLimits(scheduler, settings);
  const wire = new Wire(target, operationsOf(document), { scheduler, pace, limits });
  const cleaner = new Cleaner(wire, scheduler, settings);
  const ownIds = new Set<string>();
  const names = new Map<string, string>();
  const lister = new Lister(wire, ownIds, settings.mostListCalls);
  const watch = new Watch(wire, lister, scheduler, { ...settings, sitesVouched, isOver: () => limits.isOver });
  const means = { wire, watch, scheduler, lister, ownIds, names, settings, limits, cleaner };
  const runner = new ScriptRunner(means);
  const probes = plan.probes && new ProbeLane(plan.probes, runner, means);
  const visitors = adapter && plan.visitor.length > 0 ? new VisitorLane(adapter, runner, scheduler) : undefined;
  const readyReads = new ReadyReads(means);
  const mailbox =
    settings.reception &&
    (await Mailbox.open(settings.reception, adapter, {
      now: () => scheduler.now(),
      moment: () => wire.moment(),
      names,
      ready: (id) => void scheduler.aside(() => readyReads.read(id)),
    }));
  const hasSecond = target.secondCredential !== undefined;
  const stage = { scheduler, lister, wire, watch, visitors, mailbox, readyReads, probes, limits, cleaner, hasSecond };
  try {
    await scheduler.aside(() => perform(runner, stage, plan));
  } finally {
    await mailbox?.close();
  }
  return {
    settings: {
      seed: settings.seed,
      readLagMs: settings.readLagMs,
      sitesVouched,
      isSubscribed: mailbox?.isSubscribed ?? false,
      otherEvents: mailbox?.otherCount ?? 0,
      ...(startedAt === undefined ? {} : { startedAt }),
      endedMs: scheduler.now(),
    },
    exchanges: wire.history
      // A server's own clock may run beside a test clock that stands: its Date tells nothing.
      .map((exchange) => (advance ? withoutDate(exchange) : exchange))
      .map((exchange) => withoutForeigners(exchange, lister.items, ownIds)),
    walks: lister.walks,
    waits: watch.waits,
    ...toldBy(visitors, mailbox),
    left: cleaner.left,
    ...(limits.why === undefined ? {} : { cutShort: limits.why }),
    items: lister.items,
    next: lister.next,
  };
}

/** What came from others than the target's API. */
function toldBy(
  visitors: VisitorLane | undefined,
  mailbox: Mailbox | undefined,
): Pick<History, "observations" | "events"> {
  const observations = [...(mailbox?.faults ?? []), ...(visitors?.observations ?? [])];
  return { observations, events: mailbox?.events ?? [] };
}

function withoutDate(exchange: Exchange): Exchange {
  if (!exchange.response) return exchange;
  const { date, ...headers } = exchange.response.headers;
  return { ...exchange, response: { ...exchange.response, headers } };
}

/** What time it is when a run begins, in milliseconds since the epoch; undefined on a test clock that does not say. */
async function startOf(adapter: Adapter | undefined, isTestClock: boolean): Promise<number | undefined> {
  if (!isTestClock) return Date.now();
  const now = Date.parse((await adapter?.now?.()) ?? "");
  return Number.isNaN(now) ? undefined : now;
}
