import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from "prom-client";
import type { Engine } from "../engine.ts";
import type { HappeningRecord } from "../world/happening.ts";
import type { World } from "../world/world.ts";
import { durationBuckets, type Meter } from "./meter.ts";

/** Figures of a mock as Prometheus reads them. */
export interface MetricsText {
  readonly text: string;
  readonly mediaType: string;
}

const registries = new WeakMap<Engine, Registry>();
/** The figures of the process, however many mocks are in it: what collects them is never taken down. */
let ofProcess: Registry | undefined;

/** Writes the figures of a mock and of its process, in Prometheus's text format. */
export async function metricsText(engine: Engine): Promise<MetricsText> {
  const registry = registries.get(engine) ?? newRegistry(engine);
  registries.set(engine, registry);
  await noteFiguresOfStore(engine, registry);
  ofProcess ??= processRegistry();
  return { text: `${await ofProcess.metrics()}${await registry.metrics()}`, mediaType: registry.contentType };
}

const prefix = "widgets_mock_";

function processRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

function newRegistry(engine: Engine): Registry {
  const registry = new Registry();
  const { meter, version, dialect } = engine;
  new Gauge({
    name: `${prefix}info`,
    help: "Version and dialect of the mock; the value is always 1.",
    labelNames: ["version", "dialect"],
    registers: [registry],
  }).set({ version, dialect: dialect.name }, 1);
  addRequests(registry, meter);
  addState(registry, engine);
  addOutcomes(registry, meter, {
    name: "crawls_total",
    help: "Crawls that have ended, by outcome.",
    types: { succeeded: "crawl.succeeded", failed: "crawl.failed" },
  });
  addOutcomes(registry, meter, {
    name: "webhook_attempts_total",
    help: "Attempts to deliver a webhook, by outcome. One that has failed may be made again.",
    types: { delivered: "webhook.delivered", failed: "webhook.failed" },
  });
  return registry;
}

function addRequests(registry: Registry, meter: Meter): void {
  new Counter({
    name: `${prefix}requests_total`,
    help:
      "Requests that were answered, by the id of their operation and by status. Those that reached no operation have an " +
      "empty one; status 0 is a connection that an injected fault has broken.",
    labelNames: ["operation", "status"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [operation, { statuses }] of meter.operations)
        for (const [status, count] of statuses) this.inc({ operation, status }, count);
    },
  });
  registry.registerMetric(durationsOf(meter));
}

function addState(registry: Registry, { worlds, organizations, persistence }: Engine): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: prefix + name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  const sumOver = (figure: (world: World) => number) => sumOf(worlds.list().map(figure));
  gauge("worlds", "Organizations whose state this process has in memory.", () => worlds.list().length);
  gauge("widgets", "Widgets of these organizations.", () => sumOver(({ widgets }) => widgets.size));
  gauge("organizations", "Organizations that an admin has made.", () => organizations.size);
  gauge("stored_bytes", "Memory that the state takes, roughly.", () => worlds.state.stored.bytes);
  gauge("journal_bytes", "Memory that recorded requests take, roughly.", () => worlds.journals.bytes);
  gauge("event_streams", "Clients that follow the event stream.", () => worlds.events.streams);
  gauge("webhook_deliveries_pending", "Deliveries of these organizations that are not at their end.", () =>
    sumOver(({ webhooks }) => webhooks.deliveries.pendingCount),
  );
  // A store that several processes share knows of all of them.
  if (persistence?.isShared) return;
  const lagsMs = () =>
    worlds
      .list()
      .map(({ clock }) => Date.now() - (clock.nextWake() ?? Number.POSITIVE_INFINITY))
      .filter((lag) => lag > 0);
  gauge("due_worlds", "Organizations with a task that is due.", () => lagsMs().length);
  gauge("due_lag_seconds", "How late the latest task is that is due.", () => {
    return lagsMs().reduce((latest, lag) => Math.max(latest, lag), 0) / 1000;
  });
}

function addOutcomes(
  registry: Registry,
  { happenings }: Meter,
  {
    name,
    help,
    types,
  }: {
    readonly name: string;
    readonly help: string;
    readonly types: Readonly<Record<string, HappeningRecord["type"]>>;
  },
): void {
  new Counter({
    name: prefix + name,
    help,
    labelNames: ["outcome"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [outcome, type] of Object.entries(types)) this.inc({ outcome }, happenings.get(type) ?? 0);
    },
  });
}

/** A histogram of counts that are there already, which prom-client's own has no way to take over. */
function durationsOf({ operations }: Meter): Metric {
  const name = `${prefix}request_duration_seconds`;
  const metric = {
    name,
    help: "Time from a request until its answer is ready, what was waited for included, by the id of its operation.",
    type: "histogram",
    aggregator: "sum",
    get: async () => ({
      ...metric,
      values: [...operations].flatMap(([operation, { buckets, timed: count, seconds }]) => {
        let below = 0;
        const values: { metricName: string; labels: Readonly<Record<string, string | number>>; value: number }[] = [];
        for (const [place, le] of durationBuckets.entries()) {
          below += buckets[place] ?? 0;
          values.push({ metricName: `${name}_bucket`, labels: { le, operation }, value: below });
        }
        return [
          ...values,
          { metricName: `${name}_bucket`, labels: { le: "+Inf", operation }, value: count },
          { metricName: `${name}_sum`, labels: { operation }, value: seconds },
          { metricName: `${name}_count`, labels: { operation }, value: count },
        ];
      }),
    }),
  };
  return metric as unknown as Metric;
}

/** A store that cannot tell a figure at the moment leaves it out. */
async function noteFiguresOfStore({ persistence }: Engine, registry: Registry): Promise<void> {
  for (const { name, help, value } of (await persistence?.store?.metrics?.()) ?? []) {
    const known = registry.getSingleMetric(prefix + name) as Gauge | undefined;
    const gauge = known ?? new Gauge({ name: prefix + name, help, registers: [registry] });
    if (value === undefined) gauge.remove();
    else gauge.set(value);
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
