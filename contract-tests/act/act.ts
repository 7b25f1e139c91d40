import type { ApiDocument } from "../../spec/document.ts";
import { operationsOf } from "../../spec/operations.ts";
import type { Adapter } from "../adapter.ts";
import { defined } from "../defined.ts";
import type { Exchange } from "../history/exchange.ts";
import { withoutForeigners } from "../history/foreign.ts";
import type { History } from "../history/history.ts";
import type { Observation } from "../history/observation.ts";
import type { RunSettings } from "../options.ts";
import type { Plan } from "../plan/plan.ts";
import { documentedWidget } from "../plan/values.ts";
import { redactorFor } from "../redact.ts";
import type { Target } from "../target.ts";
import { Cleaner } from "./cleaner.ts";
import { CreatedWidgets } from "./created-widgets.ts";
import { Interpreter } from "./interpreter.ts";
import { RunLimits } from "./limits.ts";
import { Lister } from "./lister.ts";
import { Mailbox } from "./mailbox.ts";
import { Pace } from "./pace.ts";
import { patient } from "./patience.ts";
import { ReadyReads } from "./ready-reads.ts";
import { Scheduler } from "./scheduler.ts";
import { type CrawlLength, Watch } from "./watch.ts";
import { Wire } from "./wire.ts";

/** How a plan is carried out. */
export interface ActSettings extends RunSettings {
  /** Ends everything at once: calls that are under way, and all waiting. */
  readonly stop?: AbortSignal | undefined;
  /** The time limit of the whole run, of which `timeLimitMs` is left, in milliseconds. */
  readonly wholeTimeMs?: number;
  /** What the passes before have found out. */
  readonly known?: KnownBefore;
}

/** What the passes of a run find out for those that follow. */
export interface KnownBefore {
  /** How long first crawls have taken: what comes of one shows only after as long. */
  readonly crawls: CrawlLength[];
  /** The ids of widgets that were there again after they had been deleted. */
  readonly revived: Set<string>;
}

/**
 * Does what is planned, and tells all that was seen. What it made it deletes at the end.
 * @throws Error where no mailbox could be opened
 */
export async function act(document: ApiDocument, target: Target, plan: Plan, settings: ActSettings): Promise<History> {
  const { stop, known: { crawls, revived } = noneBefore() } = settings;
  const adapter = target.adapter && patient(target.adapter, stop);
  const { advance = adapter?.advance } = target;
  const startedAt = await startOf(adapter, advance !== undefined);
  const scheduler = schedulerOf({ adapter, advance, startedAt, stop });
  const sitesVouched = settings.sites.length > 0 || adapter?.crawlsAnySite === true;
  const limits = new RunLimits(scheduler, settings);
  const pace = new Pace(scheduler, settings.callsPerSecond);
  const wire = new Wire(target, operationsOf(document), { ...settings, scheduler, pace, limits });
  const cleaner = new Cleaner(wire, scheduler, { ledger: settings.ledger, limits, revivedBefore: revived });
  const widgets = new CreatedWidgets();
  const lister = new Lister(wire, widgets.ids, settings.maxListCalls);
  const watch = new Watch(wire, lister, scheduler, { ...settings, crawls, isOver: () => limits.isOver });
  const readyReads = new ReadyReads({ wire, scheduler, settings, widgets });
  const surroundings = {
    now: () => scheduler.now(),
    moment: () => wire.moment(),
    names: widgets.names,
    ready: (id: string) => void scheduler.aside(() => readyReads.read(id)),
  };
  const mailbox = settings.reception && (await Mailbox.open(settings.reception, adapter, surroundings));
  const observations: Observation[] = [];
  const documented = documentedWidget(document);
  const own = { settings, documented, scheduler, wire, lister, watch, limits, cleaner, widgets, readyReads, mailbox };
  const unwatch = limits.watch();
  try {
    await scheduler.aside(() => new Interpreter(plan, { ...own, adapter, observations }).run());
  } finally {
    unwatch();
    await mailbox?.close(stop);
  }
  const history: History = {
    settings: { ...settingsIn(settings, mailbox), sitesVouched, ...defined({ startedAt }), endedMs: scheduler.now() },
    exchanges: wire.history
      // A server's own clock may run beside a test clock that stands: its Date tells nothing.
      .map((exchange) => (advance ? withoutDate(exchange) : exchange))
      .map((exchange) => withoutForeigners(exchange, lister.items, widgets.ids)),
    walks: lister.walks,
    waits: watch.waits,
    observations: [...(mailbox?.faults ?? []), ...observations],
    events: mailbox?.events ?? [],
    left: cleaner.left,
    ...(cleaner.revived.length > 0 ? { revived: cleaner.revived } : {}),
    ...defined({ stoppedEarly: limits.stoppedEarly }),
    items: lister.items,
    next: lister.next,
  };
  const { secret } = settings.reception ?? {};
  return redactorFor(target, secret === undefined ? [] : [secret])(history);
}

function noneBefore(): KnownBefore {
  return { crawls: [], revived: new Set() };
}

/** What a verdict depends on of what the run was told, and of whether events come to it. */
function settingsIn({ seed, readLagMs, crawlTimeoutMs }: RunSettings, mailbox: Mailbox | undefined) {
  const [isSubscribed, otherEvents] = [mailbox?.isSubscribed ?? false, mailbox?.otherCount ?? 0];
  return { seed, readLagMs, crawlTimeoutMs, isSubscribed, otherEvents };
}

/** The time of a run: that of a test clock where there is one. */
function schedulerOf({
  adapter,
  advance,
  startedAt,
  stop,
}: {
  readonly adapter: Adapter | undefined;
  readonly advance: Target["advance"];
  readonly startedAt: number | undefined;
  readonly stop: AbortSignal | undefined;
}): Scheduler {
  const now = adapter?.now;
  if (!advance) return new Scheduler(undefined, stop);
  const moved = now && startedAt !== undefined ? { moved: async () => Date.parse(await now()) - startedAt } : {};
  return new Scheduler({ advance, ...moved }, stop);
}

function withoutDate(exchange: Exchange): Exchange {
  if (!exchange.response) return exchange;
  const { date, ...headers } = exchange.response.headers;
  return { ...exchange, response: { ...exchange.response, headers } };
}

/** What time it is when a run begins, in milliseconds since the epoch; undefined on a test clock that does not say. */
async function startOf(adapter: Adapter | undefined, isTestClock: boolean): Promise<number | undefined> {
  if (!isTestClock) return Date.now();
  // A target that is gone by now is told of by the first call.
  const now = Date.parse((await adapter?.now?.().catch(() => "")) ?? "");
  return Number.isNaN(now) ? undefined : now;
}
