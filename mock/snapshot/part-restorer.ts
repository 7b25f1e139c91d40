import type { RuleId } from "../../spec/generated/rules.ts";
import { boundReached, type MockBound } from "../bounds.ts";
import { checkFault } from "../controls/fault-controls.ts";
import type { Engine } from "../engine.ts";
import type { StoredFault } from "../faults/faults.ts";
import type { MockState } from "../mock-state.ts";
import { OptionError } from "../option-error.ts";
import type { OrganizationRow } from "../organizations/organizations.ts";
import { Refusal } from "../refusal.ts";
import type { Conversation } from "../world/conversations.ts";
import { crawlPlanOf, siteHostOf } from "../world/crawl-plan.ts";
import type { StoredDelivery } from "../world/webhooks/delivery.ts";
import { checkEndpoint, defaultSecret } from "../world/webhooks/endpoint.ts";
import type { WidgetOwners } from "../world/widget-owners.ts";
import type { World } from "../world/world.ts";
import type { ConfigurationCheck } from "./check-configuration.ts";
import { crawlModeAt, timeAt } from "./clock-time.ts";
import type { PartKind, PartOf, SnapshotPart } from "./snapshot-part.ts";
import { snapshotRejected } from "./snapshot-rejected.ts";

/** What is no part of a world, nor shared by all: `Restoration` reads it. */
type PartOfMock = "mock" | "sealed" | OrganizationRow["part"];
type Restorers = { readonly [kind in Exclude<PartKind, PartOfMock>]: (part: PartOf<kind>) => void };

/** Where parts are restored. */
export interface RestoreTarget {
  readonly state: MockState;
  readonly checkConfiguration: ConfigurationCheck;
  /** The widgets of the state, and those that it will be put beside. */
  readonly owners: readonly WidgetOwners[];
}

/**
 * Puts the parts of a snapshot into a new state. Each fits its schema; what is checked here is what a schema cannot say:
 * that parts fit each other, the document and the bounds.
 */
export class PartRestorer {
  readonly #engine: Engine;
  readonly #state: MockState;
  readonly #checkConfiguration: ConfigurationCheck;
  readonly #owners: readonly WidgetOwners[];
  #place = "";
  #world: World | undefined;
  #isBlank = false;
  /** The highest place in the order of creation. */
  #lastOrder = 0;
  /** What the next part may belong to. */
  #fault: StoredFault | undefined;
  #conversation: Conversation | undefined;
  #delivery: StoredDelivery | undefined;
  /** What can be there once only, among the shared parts or in a world. */
  #names = new Set<string>();

  constructor(engine: Engine, { state, checkConfiguration, owners }: RestoreTarget) {
    this.#engine = engine;
    this.#state = state;
    this.#checkConfiguration = checkConfiguration;
    this.#owners = owners;
  }

  /**
   * Restores a part.
   * @param place its JSON Pointer
   * @throws Refusal that names the place of what does not fit
   */
  restore(part: Exclude<SnapshotPart, PartOf<PartOfMock>>, place: string): void {
    this.#place = place;
    const restorePart = this.#restorers[part.part] as (given: SnapshotPart) => void;
    restorePart(part);
  }

  /** Finishes the world whose parts have all come. */
  endWorld(): void {
    if (this.#isBlank) this.#world?.markBlank();
  }

  readonly #restorers: Restorers = {
    world: (part) => this.#beginWorld(part),
    endpoint: (part) => this.#addEndpoint(part),
    fault: ({ fault }) => this.#addFault(fault),
    window: (part) => this.#addWindow(part),
    site: (part) => this.#addSite(part),
    widget: (part) => this.#addWidget(part),
    deleted: ({ id, left }) => {
      this.#claimWidget(id);
      this.#requireWorld().widgets.addGone(id, left);
    },
    conversation: (part) => this.#addConversation(part),
    message: ({ part: _, ...message }) => {
      if (!this.#conversation) throw this.#rejected("part", "must follow a conversation");
      this.#requireWorld().conversations.addMessages(this.#conversation, message);
    },
    usage: ({ part: _, ...record }) => this.#requireWorld().usage.keep(record),
    delivery: (part) => this.#addDelivery(part),
    attempt: ({ part: _, ...attempt }) => {
      if (!this.#delivery) throw this.#rejected("part", "must follow a delivery");
      this.#requireWorld().webhooks.deliveries.restoreAttempt(this.#delivery, attempt);
    },
    reply: (part) => this.#addReply(part),
    request: (part) => this.#addRequest(part),
    happening: ({ part: _, ...happening }) => this.#requireWorld().remember(happening),
  };

  #beginWorld({ organization, blank, ids, clock, crawler, faults, events, endpointCount }: PartOf<"world">): void {
    const { byOrganization } = this.#state;
    if (byOrganization.has(organization)) throw this.#rejected("organization", "must be there once only");
    this.#requireRoom("maxWorlds", byOrganization.size);
    const time = timeAt(`${this.#place}/clock/time`, clock.time);
    const crawl = crawlModeAt(`${this.#place}/crawler/mode`, crawler.mode);
    this.endWorld();
    const world = this.#engine.worlds.createWorldIn(this.#state, organization, { time, crawl });
    world.ids.load(ids);
    world.clock.load({ ...clock, time });
    world.crawler.load(crawler);
    world.faults.load(faults);
    world.webhooks.load({ events, endpointCount });
    byOrganization.set(organization, world);
    this.#world = world;
    this.#isBlank = blank;
    this.#lastOrder = ids.widgets;
    this.#names = new Set();
    this.#fault = undefined;
    this.#conversation = undefined;
    this.#delivery = undefined;
  }

  #addEndpoint({ part: _, ...given }: PartOf<"endpoint">): void {
    const { secret = this.#secretOf(given) } = given;
    this.#claim("id", `endpoint ${given.id}`);
    // That of every world is gone from this mock.
    if (secret === undefined) return;
    const endpoint = { ...given, secret };
    try {
      checkEndpoint(endpoint);
    } catch (error) {
      throw error instanceof OptionError ? this.#rejected(error.field, error.message) : error;
    }
    const { defaults } = this.#state;
    const { webhooks } = this.#world ?? {};
    this.#requireRoom("maxEndpoints", webhooks?.endpoints.size ?? defaults.endpoints.length);
    if (webhooks) webhooks.endpoints.put(endpoint);
    else defaults.endpoints = [...defaults.endpoints, endpoint];
  }

  /** The secret of an endpoint that every world has, which a world's own snapshot does not hold. */
  #secretOf({ id, url }: Pick<PartOf<"endpoint">, "id" | "url">): string | undefined {
    const found = this.#engine.worlds.defaults.endpoints.find((one) => one.id === id && one.url === url);
    return found && (found.secret ?? defaultSecret);
  }

  #addFault(fault: PartOf<"fault">["fault"]): void {
    const faults = this.#world?.faults ?? this.#state.faults;
    this.#claim("fault/id", `fault ${fault.id}`);
    this.#requireRoom("maxFaults", faults.size);
    try {
      checkFault(this.#engine, fault);
    } catch (error) {
      throw error instanceof Refusal ? this.#rejected("fault", error.details.values?.["reason"] ?? "") : error;
    }
    this.#fault = { ...fault, windows: [] };
    faults.restore(this.#fault);
  }

  #addWindow({ organization, endsAt, used }: PartOf<"window">): void {
    const fault = this.#fault;
    if (!fault?.rateLimit) throw this.#rejected("part", "must follow a fault with a rateLimit");
    this.#claim("organization", `window ${fault.id} ${organization}`);
    fault.windows.push([organization, { endsAt, used }]);
  }

  #addSite({ host, revision }: PartOf<"site">): void {
    const { sites } = this.#requireWorld();
    this.#claim("host", `site ${host}`);
    this.#requireRoom("maxChangedSites", sites.size);
    sites.set(host, revision);
  }

  #addWidget({ part: _, id, order, siteUrl, state, written: given, ...widget }: PartOf<"widget">): void {
    const { widgets, clock } = this.#requireWorld();
    this.#requireRoom("maxWidgets", widgets.size);
    this.#claimWidget(id);
    if (order > this.#lastOrder || widgets.hasOrder(order)) {
      throw this.#rejected("order", `must differ for each widget, and be at most ids/widgets (${this.#lastOrder})`);
    }
    const { states } = this.#engine.dialect.document["x-lifecycle"];
    const names = Object.keys(states).filter((name) => states[name]?.shows !== null);
    if (!names.includes(state)) throw this.#rejected("state", `must be one of ${names.join(", ")}`);
    const siteHost = siteHostOf(siteUrl);
    if (siteHost === undefined) throw this.#rejected("siteUrl", "must be a URL with a host");
    const written = this.#checkConfiguration(given, siteUrl);
    if (!written) throw this.#rejected("written", "must fit the schema WidgetCreate of the API, together with siteUrl");
    const { lastCrawl, index, createdAt } = widget;
    const { ending, finished } = lastCrawl;
    const crawl = { ...lastCrawl, ending, finished };
    const crawlPlan = crawlPlanOf(siteHost);
    widgets.add({
      id,
      order,
      createdAt,
      siteUrl,
      siteHost,
      crawlPlan,
      state,
      lastCrawl: crawl,
      index,
      written,
      json: undefined,
    });
    const { timer } = ending ?? {};
    if (timer && !clock.reschedule(timer, { kind: "crawl", widget: id })) this.#rejectTimer("lastCrawl/ending/timer");
  }

  #addConversation({ part: _, configuration: given, ...conversation }: PartOf<"conversation">): void {
    this.#claim("id", `conversation ${conversation.id}`);
    const configuration = this.#checkConfiguration(given, "https://example.com");
    if (!configuration) throw this.#rejected("configuration", "must fit the schema WidgetCreate of the API");
    this.#conversation = { ...conversation, configuration, messages: [] };
    this.#requireWorld().conversations.add(this.#conversation);
  }

  #addDelivery({ part: _, timer, ...delivery }: PartOf<"delivery">): void {
    const { webhooks } = this.#requireWorld();
    this.#claim("key", `delivery ${delivery.key}`);
    this.#delivery = { ...delivery, attempts: [], timer };
    if (!webhooks.deliveries.restore(this.#delivery)) this.#rejectTimer("timer");
  }

  #addReply({ key, at, digest, status, body, headers: fields }: PartOf<"reply">): void {
    this.#claim("key", `reply ${key}`);
    const headers = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
    this.#requireWorld().idempotency.add(key, { at, digest, response: { status, body, headers } });
  }

  #addRequest({ part: _, rule, assumed, ...request }: PartOf<"request">): void {
    const { operation, widget, keyLabel, code, faults, ignored, traceParent } = request;
    const optional = { operation, widget, keyLabel, code, faults, ignored, traceParent };
    const rules = {
      rule: rule === undefined ? undefined : this.#rule("rule", rule),
      assumed: assumed.map((id) => this.#rule("assumed", id)),
    };
    this.#requireWorld().journal.restore({ ...request, ...optional, ...rules });
  }

  #rule(member: string, id: string): RuleId {
    if (!Object.hasOwn(this.#engine.dialect.document["x-rules"], id)) {
      throw this.#rejected(member, `must be the id of a rule, got ${JSON.stringify(id)}`);
    }
    return id as RuleId;
  }

  #requireWorld(): World {
    if (!this.#world) throw this.#rejected("part", "must follow a part whose kind is world");
    return this.#world;
  }

  #requireRoom(bound: MockBound, count: number): void {
    const { bounds } = this.#engine;
    if (count >= bounds[bound]) throw boundReached(bound, bounds);
  }

  #claim(member: string, name: string): void {
    if (this.#names.has(name)) throw this.#rejected(member, "must be there once only");
    this.#names.add(name);
  }

  /** The id of a widget is there once only in the whole mock. */
  #claimWidget(id: string): void {
    const { organization } = this.#requireWorld();
    for (const owners of this.#owners) {
      const owner = owners.organizationOf(id);
      if (owner === undefined || (owner === organization && owners !== this.#state.owners)) continue;
      throw this.#rejected("id", "must be there once only");
    }
  }

  #rejectTimer(member: string): never {
    throw this.#rejected(member, "must differ from the timer of every other task, and its order be below clock/order");
  }

  #rejected(member: string, detail: string): Refusal {
    return snapshotRejected(`${this.#place}/${member}`, detail);
  }
}
