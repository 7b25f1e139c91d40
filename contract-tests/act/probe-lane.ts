import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import { cursorOf } from "../history/pages.ts";
import { itemsAt, widgetIn } from "../history/views.ts";
import { failingSite, type Probe, type Probes } from "../plan/probes.ts";
import { type Script, scriptOrigin } from "../plan/script.ts";
import type { CreatedWidget, ScriptRunner, ScriptRunnerParts } from "./script-runner.ts";
import type { WireCall } from "./wire.ts";

/** How often a deletion is tried that is refused while a crawl runs. */
const mostDeletes = 3;

/** Asks what no documented rule needs, to see how an implementation fills the gaps; after everything else. */
export class ProbeLane {
  readonly #probes: Probes;
  readonly #runner: ScriptRunner;
  readonly #means: ScriptRunnerParts;
  #made: readonly CreatedWidget[] = [];

  constructor(probes: Probes, runner: ScriptRunner, means: ScriptRunnerParts) {
    this.#probes = probes;
    this.#runner = runner;
    this.#means = means;
  }

  /** Makes a widget whose site cannot be crawled, or an ordinary one where that is refused; twice, by the same key. */
  async begin(): Promise<void> {
    const made =
      (await this.#make("probe-failing", { site_url: failingSite })) ?? (await this.#make("probe-keyed", {}));
    const first = this.#means.wire.history.findLast(({ operation }) => operation === "createWidget");
    if (!made || !first?.request.headers) return;
    const again = { probe: "A-IDEM-1", headers: first.request.headers, widget: "probe-again" } as const;
    const other = await this.#runner.make(made.script, again);
    this.#made = other && other.id !== made.id ? [made, other] : [made];
  }

  /** Asks lists, and for an id that nobody has. */
  async lists(): Promise<void> {
    const { ownIds } = this.#means;
    const [known = ""] = ownIds;
    const params = { id: unlike(known) };
    for (const probe of this.#probes.lists) if (!ownIds.has(params.id)) await this.#ask(probe, { params });
  }

  /** Asks the widget that nobody needs any more, and the one whose crawl has failed; deletes them. */
  async end(live: CreatedWidget | undefined): Promise<void> {
    if (live) await this.#live(live);
    const failing = this.#made.find(({ name }) => name === "probe-failing");
    if (failing) for (const probe of this.#probes.failing) await this.#about(failing, probe);
    for (const made of [...this.#made, ...(live ? [live] : [])]) await this.#remove(made);
    const query = this.#afterDeleted();
    if (query) await this.#ask({ rule: "A-LIST-4", operation: "listWidgets", query });
  }

  #make(id: string, create: JsonObject): Promise<CreatedWidget | undefined> {
    const script: Script = { id, lane: "probe", create, draft: [], live: [] };
    return this.#runner.make(script, { probe: "A-VAL-4", headers: { "idempotency-key": randomUUID() } });
  }

  async #live(made: CreatedWidget): Promise<void> {
    let hasVisitors = true;
    for (const probe of this.#probes.live) {
      if (probe.isVisitors && !hasVisitors) continue;
      const { operation, response } = await this.#about(made, probe);
      if (operation === "getVisitorConfig") hasVisitors = response !== undefined && response.status < 300;
    }
  }

  async #remove(made: CreatedWidget): Promise<void> {
    const { scheduler, watch } = this.#means;
    for (let n = 0; n < mostDeletes && !made.isDeleted; n++) {
      // A crawl that runs may have to end first.
      if (n > 0) await scheduler.sleep(Math.max(1000, watch.longestMs / 2));
      await this.#about(made, { rule: "A-DELETE-4", operation: "deleteWidget" });
    }
    if (!made.isDeleted) await this.#means.cleaner.remove(made.id, made.called);
  }

  async #about(made: CreatedWidget, probe: Probe): Promise<Exchange> {
    const { id, name, script } = made;
    const body = this.#asRead(made, probe);
    const exchange = await this.#ask(probe, {
      params: { id },
      widget: name,
      origin: scriptOrigin(script),
      ...(body && { body }),
    });
    if (probe.operation === "deleteWidget" && outcomeOf(exchange) === "done") {
      made.isDeleted = true;
      this.#means.settings.ledger.gone(id);
    }
    return exchange;
  }

  async #ask({ rule, operation, query, headers, isVisitors }: Probe, more: Partial<WireCall> = {}): Promise<Exchange> {
    const { wire, scheduler, settings } = this.#means;
    if (operation === "getWidget" && settings.readLagMs > 0) await scheduler.sleep(settings.readLagMs);
    const caller = isVisitors && operation !== "updateWidget" ? "anonymous" : "own";
    return wire.send({ operation, probe: rule, caller, ...(query && { query }), ...(headers && { headers }), ...more });
  }

  /** A probe's body, with the members that go back as they were read. */
  #asRead({ name }: CreatedWidget, { body, asRead = [] }: Probe): JsonObject | undefined {
    const { history } = this.#means.wire;
    const read = history.findLast(({ operation, widget, response }) => {
      return operation === "getWidget" && widget === name && response !== undefined && response.status < 300;
    });
    const view = widgetIn(read?.response?.body);
    const members = asRead.flatMap((member) => (view?.[member] === undefined ? [] : [[member, view[member]] as const]));
    return body && { ...body, ...Object.fromEntries(members) };
  }

  /** The query of a page that begins where a widget stood that the run has deleted. */
  #afterDeleted(): Probe["query"] {
    const { lister, ownIds, wire } = this.#means;
    const { items, next } = lister;
    if (!items || !next) return undefined;
    for (const { operation, caller, response } of wire.history.toReversed()) {
      const last = operation === "listWidgets" && caller === "own" && response && itemsAt(response.body, items)?.at(-1);
      const cursor = last && ownIds.has(String(last["id"])) ? cursorOf(response, next) : undefined;
      if (cursor !== undefined) return { limit: "3", cursor };
    }
    return undefined;
  }
}

/** An id of the same form that nobody has: its letters and figures are the last ones of their kind. */
function unlike(id: string): string {
  const [prefix = "", rest = id] = /^([a-z]+_)?(.+)$/i.exec(id)?.slice(1) ?? [];
  const last = (figure: string) =>
    /\d/.test(figure)
      ? "9"
      : /[a-f]/.test(figure)
        ? "f"
        : /[g-z]/.test(figure)
          ? "z"
          : /[A-F]/.test(figure)
            ? "F"
            : "Z";
  return prefix + rest.replaceAll(/[a-z0-9]/gi, last);
}
