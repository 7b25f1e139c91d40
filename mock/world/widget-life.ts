import type { Cascade, Lifecycle } from "../../spec/document.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { boundReached, type MockBounds } from "../bounds.ts";
import { type CascadeParts, readCascadeParts, remainingCascadeParts } from "./cascade-parts.ts";
import type { Configuration } from "./configuration.ts";
import { crawlPlanOf } from "./crawl-plan.ts";
import type { HappeningRecord } from "./happening.ts";
import { toPreciseRfc3339 } from "./rfc3339.ts";
import type { StoredWidget } from "./widget.ts";
import type { WidgetJson } from "./widget-json.ts";
import type { World } from "./world.ts";

/** The widget with an id and its state, or the state "gone" or "unknown" without a widget. */
export type WidgetLookup =
  | { readonly widget: StoredWidget; readonly state: string }
  | { readonly widget: undefined; readonly state: "gone" | "unknown" };

/** What the life of widgets depends on, which all worlds of a mock share. */
export interface WidgetLifeSettings {
  readonly lifecycle: Lifecycle;
  readonly cascade: Cascade;
  readonly configuration: Configuration;
  readonly widgetJson: WidgetJson;
  readonly bounds: MockBounds;
}

/** The life of a world's widgets, as `x-lifecycle` and `x-cascade` have it: from their creation to what is left of them. */
export class WidgetLife {
  readonly #world: World;
  readonly #settings: WidgetLifeSettings;

  constructor(world: World, settings: WidgetLifeSettings) {
    this.#world = world;
    this.#settings = settings;
  }

  find(id: string): WidgetLookup {
    const { widgets } = this.#world;
    const widget = widgets.get(id);
    if (widget) return { widget, state: widget.state };
    return { widget: undefined, state: widgets.isGone(id) ? "gone" : "unknown" };
  }

  /**
   * Creates a widget from a validated body.
   * @param cause id of the request
   * @throws Refusal if there are as many widgets as there may be, or the mock holds as much as it may
   */
  create(
    body: JsonObject,
    { siteUrl, siteHost }: Pick<StoredWidget, "siteUrl" | "siteHost">,
    { to, cause }: { readonly to: string | undefined; readonly cause: string },
  ): StoredWidget {
    const { widgets, ids, clock } = this.#world;
    const { bounds, configuration } = this.#settings;
    this.#world.requireRoom();
    if (widgets.size >= bounds.maxWidgets) throw boundReached("maxWidgets", bounds);
    const { id, order } = ids.nextWidgetId((taken) => widgets.has(taken));
    const startedAt = clock.now();
    const widget: StoredWidget = {
      id,
      order,
      createdAt: startedAt,
      siteUrl,
      siteHost,
      crawlPlan: crawlPlanOf(siteHost),
      state: "new",
      lastCrawl: { trigger: "create", cause, startedAt, ending: undefined, finished: undefined },
      index: undefined,
      written: configuration.write(body, siteHost),
      json: undefined,
    };
    widgets.add(widget);
    this.changeState(widget, to, cause);
    return widget;
  }

  /** @throws Refusal if the mock holds as much as it may */
  update(widget: StoredWidget, patch: JsonObject): void {
    this.#world.requireRoom();
    this.#world.widgets.rewrite(widget, this.#settings.configuration.applyPatch(widget, patch));
    this.#world.noteChange();
  }

  /** Changes the state of a widget for a request, and starts or cancels crawls as `x-lifecycle` says. */
  changeState(widget: StoredWidget, to: string | undefined, cause: string): void {
    if (to === undefined) return;
    const { crawler, clock } = this.#world;
    const from = widget.state;
    this.#enter(widget, to);
    if (!this.#isCrawlingIn(from) && this.#isCrawlingIn(to))
      crawler.start(widget, from === "new" ? "create" : "recrawl", cause);
    if (to === "gone") {
      crawler.cancel(widget);
      this.#cascade(widget);
    }
    if (from !== to)
      this.#world.report(this.#stateChange(widget, from, { at: clock.now(), type: "widget.moved", trace: cause }));
  }

  /** Changes the state of a widget whose crawl has ended, and announces the event that belongs to it. */
  endCrawl(widget: StoredWidget, succeeded: boolean): void {
    const from = widget.state;
    const cell = this.#settings.lifecycle.crawl[succeeded ? "succeeds" : "fails"][from];
    if (!cell) return;
    const { usage, webhooks, clock } = this.#world;
    const { id, lastCrawl } = widget;
    const trace = lastCrawl.cause;
    const now = clock.now();
    usage.add({ kind: "crawl", widget: id, quantity: lastCrawl.finished?.pages ?? 0 }, now);
    this.#enter(widget, cell.to);
    if (cell.event !== undefined && webhooks.endpoints.size > 0) {
      webhooks.announce(
        { event: cell.event, widget: id, trace, at: toPreciseRfc3339(now) },
        this.#settings.widgetJson.textOf(widget),
      );
    }
    const type = succeeded ? "crawl.succeeded" : "crawl.failed";
    const change = this.#stateChange(widget, from, { at: now, type, trace });
    if (cell.event !== undefined) change.event = cell.event;
    this.#world.report(change);
  }

  /** True if a crawl of the widget is running. */
  isCrawling({ state }: StoredWidget): boolean {
    return this.#isCrawlingIn(state);
  }

  /** The widgets with a running crawl, oldest first. */
  crawling(): StoredWidget[] {
    return [...this.#world.widgets.values()].filter((widget) => this.isCrawling(widget));
  }

  /** The parts of a widget, or those that remain of a deleted one. */
  partsOf(id: string): CascadeParts | undefined {
    const { widgets } = this.#world;
    const widget = widgets.get(id);
    return widget ? this.#partsOf(widget) : widgets.partsLeftOf(id);
  }

  #partsOf(widget: StoredWidget): CascadeParts {
    return readCascadeParts(widget, this.#settings.configuration.complete(widget));
  }

  #enter(widget: StoredWidget, state: string): void {
    widget.state = state;
    widget.json = undefined;
    this.#world.widgets.noteChange(widget);
    this.#world.noteChange();
  }

  /** Removes what belongs to a deleted widget, as the delete's `x-cascade` says (DELETE-2 to DELETE-7). */
  #cascade(widget: StoredWidget): void {
    const { removes } = this.#settings.cascade;
    const { widgets, conversations, usage, webhooks } = this.#world;
    widgets.remove(
      widget,
      remainingCascadeParts(removes, () => this.#partsOf(widget)),
    );
    if ("conversations" in removes) conversations.removeByWidget(widget.id);
    if ("usage_records" in removes) usage.removeByWidget(widget.id);
    webhooks.deliveries.cancelOf({ widget: widget.id });
  }

  #isCrawlingIn(state: string): boolean {
    return this.#settings.lifecycle.states[state]?.crawling ?? false;
  }

  #stateChange(
    { id, state }: StoredWidget,
    from: string,
    { at, type, trace }: Pick<HappeningRecord, "at" | "type" | "trace">,
  ): HappeningRecord {
    const status = this.#settings.lifecycle.states[state]?.shows ?? "gone";
    return { at, widget: id, from, to: state, status, type, trace };
  }
}
