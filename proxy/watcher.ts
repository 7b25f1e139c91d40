import { dialectFile, type ObservedRules, observeDialect } from "../contract-tests/dialect/observe-dialect.ts";
import { outcomeOf } from "../contract-tests/history/exchange.ts";
import type { History, HistorySettings } from "../contract-tests/history/history.ts";
import type { Pass } from "../contract-tests/history/record.ts";
import { widgetIn } from "../contract-tests/history/views.ts";
import type { Target } from "../contract-tests/target.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import type { Validators } from "../spec/validate.ts";
import { CallerIdentities, type CallerIdentity } from "./caller-identity.ts";
import { ClientLog } from "./client-log.ts";
import type { BrokenAnswer, ExchangeObserver, ForwardedExchange } from "./forwarded-exchange.ts";
import { judgeWatched, type WatchedFinding, type WatchedPass, type WatchOptions } from "./judge-watched.ts";
import { mergeObserved } from "./merge-observed.ts";
import { type CheckedRequest, RequestChecker } from "./request-check.ts";
import { type FindRoute, type Route, routesOf } from "./routes.ts";
import type { SeenExchange } from "./seen-exchange.ts";
import { ExchangeReader, probedRule, type WatchedExchange } from "./watched-exchange.ts";
import { addToLife, type WatchedLife } from "./watched-life.ts";
import { WatchedOrganization } from "./watched-organization.ts";
import { WriteLog } from "./write-log.ts";

/** What a watcher needs. */
export interface WatcherOptions extends WatchOptions {
  readonly document: WidgetsDocument;
  readonly validators: Validators;
  readonly target: Target;
  /** How many exchanges are kept at most. */
  readonly maxExchanges: number;
  /** Whether answers are held back until they are judged. */
  readonly isStrict: boolean;
  /** Told of each exchange that is over. */
  readonly onExchange?: (seen: SeenExchange) => void;
  /** Told of a finding when it is first seen. */
  readonly onFinding?: (found: WatchedFinding) => void;
}

/** Time between two judgements while requests come, in milliseconds; longer where a judgement takes long. */
const judgingPauseMs = 250;
/** A judgement takes no more than this part of the time. */
const judgingShare = 20;

/** Watches what goes through the proxy: records it, judges it, and holds the requests against the document. */
export class Watcher implements ExchangeObserver {
  readonly identities: CallerIdentities;
  readonly client: ClientLog;
  readonly #options: WatcherOptions;
  readonly #findRoute: FindRoute;
  readonly #checker: RequestChecker;
  readonly #reader: ExchangeReader;
  readonly #organizations: WatchedOrganization[] = [];
  /** By the id of the widget, the newest first. */
  readonly #lives = new Map<string, { readonly life: WatchedLife; readonly organization: WatchedOrganization }>();
  /** By the number of an exchange that is under way: the life that it writes to. */
  readonly #open = new Map<number, WatchedLife>();
  readonly #writes = new WriteLog();
  readonly #known = new Map<string, WatchedFinding>();
  /** What was seen of widgets that are kept no longer. */
  #settled: WatchedPass[] = [];
  #settledDialect: ObservedRules = new Map();
  readonly #began = Date.now();
  #exchanges = 0;
  #dropped = 0;
  #lastMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = judgingPauseMs;

  constructor(options: WatcherOptions) {
    const { document, validators, target } = options;
    this.#options = options;
    this.identities = new CallerIdentities(target);
    this.client = new ClientLog(document);
    this.#findRoute = routesOf(document);
    this.#checker = new RequestChecker(document, validators);
    this.#reader = new ExchangeReader(document);
  }

  /** How many requests came, and of how many widgets the life is judged. */
  get counts() {
    const lives = this.#organizations.flatMap((one) => one.lives);
    return {
      requests: this.#exchanges,
      widgets: lives.length + this.#dropped,
      judged: lives.filter(({ unjudgedSince }) => unjudgedSince === undefined).length + this.#dropped,
      callers: this.identities.count,
    };
  }

  /** When it began, in milliseconds since the epoch. */
  get began(): number {
    return this.#began;
  }

  begin(forwarded: ForwardedExchange): void {
    const { n, method, path } = forwarded;
    if (/^(GET|HEAD|OPTIONS)$/.test(method)) return;
    this.#writes.begin(forwarded);
    const { id } = this.#findRoute(method, path);
    const life = id === undefined ? undefined : this.#lives.get(id)?.life;
    if (!life) return;
    life.openWrites++;
    this.#open.set(n, life);
  }

  end(forwarded: ForwardedExchange): void {
    this.#exchanges++;
    this.#lastMs = forwarded.t1;
    this.#writes.end(forwarded);
    const open = this.#open.get(forwarded.n);
    if (open) open.openWrites--;
    this.#open.delete(forwarded.n);
    const { method, path, requestLines } = forwarded;
    const route = this.#findRoute(method, path);
    const query = route.operation?.parameters.filter(({ in: place }) => place === "query").map(({ name }) => name);
    const caller = this.identities.identify(requestLines, path, query);
    const checked = this.#check(forwarded, route, caller);
    this.#record(forwarded, route, { caller, checked });
    const seen: SeenExchange = {
      ...{ n: forwarded.n, method, path: this.identities.redact(path) },
      status: forwarded.error === undefined ? (forwarded.response?.status ?? 0) : 0,
      milliseconds: forwarded.t1 - forwarded.t0,
      at: Date.now(),
      caller: caller.name,
      operation: route.operation?.id,
      widget: route.id,
      error: forwarded.error === undefined ? undefined : this.identities.redact(forwarded.error),
      checked,
    };
    this.client.add(seen);
    this.#options.onExchange?.(seen);
    this.#judgeSoon();
  }

  isHeldBack({ method, path }: ForwardedExchange): boolean {
    return this.#options.isStrict && this.#findRoute(method, path).operation !== undefined;
  }

  proofIn({ n }: ForwardedExchange): BrokenAnswer | undefined {
    const proof = this.judge().find(
      ({ finding, doubt, shownBy }) => !doubt && finding.level === "fail" && shownBy.includes(n),
    );
    if (!proof) return undefined;
    const { rule, message, expected } = proof.finding;
    return { rule, text: this.#options.document["x-rules"][rule].says, message, expected };
  }

  /** What was found until now, as far as it was judged. */
  get findings(): readonly WatchedFinding[] {
    return [...this.#known.values()];
  }

  /**
   * Judges what came since the last time, and tells what is new. A report judges everything together, which may tell less:
   * what is in order later was no violation.
   */
  judge(): WatchedFinding[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { document, isSeparate } = this.#options;
    const histories = this.#organizations.map((one) => one.takeNew(this.#settings, isSeparate));
    const findings = histories.flatMap((history) => (history ? judgeWatched(document, history, this.#options) : []));
    for (const one of findings) {
      const key = `${one.finding.rule} ${one.finding.message}`;
      const before = this.#known.get(key);
      this.#known.set(key, one);
      if (!before || (before.doubt && !one.doubt)) this.#options.onFinding?.(one);
    }
    return findings;
  }

  /** Each organization's history, with what was seen in it, those of the past included. */
  passes(): WatchedPass[] {
    return [...this.#settled, ...this.#organizations.map((one) => this.#passOf(one))];
  }

  /** What the server does where the documentation is silent, as far as it was seen. */
  dialect(): ObservedRules {
    const { document } = this.#options;
    const observed = this.#organizations.map((one) =>
      observeDialect(document, one.dialectHistory(this.#settings, this.#options.isSeparate), one.credential),
    );
    return [this.#settledDialect, ...observed].reduce(mergeObserved);
  }

  /** The dialect as a file. */
  dialectFile() {
    return dialectFile(this.dialect());
  }

  /** The credential of the first organization, without a secret. */
  get credential() {
    return this.#organizations[0]?.credential ?? {};
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #check(forwarded: ForwardedExchange, route: Route, caller: CallerIdentity): CheckedRequest {
    const { method, path, requestLines: lines, requestBody } = forwarded;
    const text = requestBody.isWhole && !requestBody.isCut ? requestBody.bytes.toString("utf8") : undefined;
    const isAuthenticated = caller.kind !== "anonymous";
    return this.identities.redact(this.#checker.check({ method, path, lines, route, isAuthenticated, text }));
  }

  #record(
    forwarded: ForwardedExchange,
    route: Route,
    by: { readonly caller: CallerIdentity; readonly checked: CheckedRequest },
  ): void {
    const { operation, id } = route;
    const known = id === undefined ? undefined : this.#lives.get(id);
    if (!operation || !isOfWidgets(operation.id)) {
      // Nobody knows what else there is, and what it does.
      if (known && !operation && mayHaveEffect(forwarded))
        known.life.unjudgedSince ??= `${forwarded.method} is no operation of the document`;
      return;
    }
    const read = this.#reader.read(forwarded, { ...route, operation }, by);
    const probe = probedRule(by.checked, read.exchange);
    const watched = { ...read, exchange: this.identities.redact(probe ? { ...read.exchange, probe } : read.exchange) };
    if (operation.id === "createWidget") this.#addCreate(watched);
    else if (operation.id === "listWidgets") {
      this.#addList({ ...watched, rest: this.#writes.restOf(forwarded, this.#options.readLagMs) });
    } else if (known) this.#addCall(known, watched);
    this.#forgetMore();
  }

  #addCreate(watched: WatchedExchange): void {
    const { exchange, caller, idempotencyKey } = watched;
    if (outcomeOf(exchange) !== "done" || caller.kind === "unclear") return;
    const organization = this.#organizationOf(caller);
    const id = widgetIn(exchange.response?.body)?.["id"];
    if (caller.kind === "anonymous") {
      organization.addStray(watched);
      return;
    }
    if (typeof id !== "string") {
      // An id of another type, or none, is for the kit to name.
      organization.addStray(watched);
      return;
    }
    const known = this.#lives.get(id);
    const isSameName = known?.life.created.exchange.request.body?.["name"] === exchange.request.body?.["name"];
    // The same again is a retry, or a server that takes it for one (A-CREATE-4, A-IDEM-1).
    if (known && (idempotencyKey !== undefined || isSameName)) return;
    if (exchange.response?.headers["idempotency-replayed"] === "true") return;
    const isUnknown = watched.judged === "unknown-effect";
    const life: WatchedLife = {
      ...{ name: `widget-${exchange.n}`, id, created: watched, exchanges: [], openWrites: 0, isDeleted: false },
      unjudgedSince: isUnknown ? "it was created in a form that the document does not have" : undefined,
    };
    organization.addLife(life);
    this.#lives.set(id, { life, organization });
  }

  #addList(watched: WatchedExchange): void {
    if (watched.judged !== "whole" || watched.caller.kind === "unclear") {
      if (watched.exchange.probe === undefined) return;
    }
    if (watched.caller.kind !== "anonymous") {
      this.#organizationOf(watched.caller).addList(watched);
      return;
    }
    const shown = this.#organizations.find((one) => one.hasIn(watched));
    shown?.addStray(watched);
  }

  #addCall(
    known: { readonly life: WatchedLife; readonly organization: WatchedOrganization },
    watched: WatchedExchange,
  ): void {
    const { caller, exchange } = watched;
    const { life, organization } = known;
    // A key that reaches the widget of another one is of the same organization, unless each has its own.
    const isShared = caller.kind === "key" && !organization.callers.has(caller.name) && outcomeOf(exchange) === "done";
    if (isShared && !this.#options.isSeparate) this.#merge(organization, this.#organizationOf(caller));
    addToLife(life, watched);
    organization.touch(life);
  }

  #merge(into: WatchedOrganization, other: WatchedOrganization): void {
    if (into === other) return;
    into.merge(other);
    this.#organizations.splice(this.#organizations.indexOf(other), 1);
    for (const life of other.lives) this.#lives.set(life.id, { life, organization: into });
  }

  #organizationOf({ name }: CallerIdentity): WatchedOrganization {
    const found = this.#organizations.find(({ callers }) => callers.has(name));
    if (found) return found;
    const organization = new WatchedOrganization(name);
    this.#organizations.push(organization);
    return organization;
  }

  /** Keeps no more than may be kept: what is forgotten is judged before. */
  #forgetMore(): void {
    const size = this.#organizations.reduce((sum, one) => sum + one.size, 0);
    if (size <= this.#options.maxExchanges) return;
    this.#settle();
    let left = size;
    while (left > this.#options.maxExchanges / 2) {
      const largest = this.#organizations.toSorted((a, b) => b.size - a.size)[0];
      const before = largest?.size ?? 0;
      const life = largest?.forget();
      if (life && this.#lives.get(life.id)?.life === life) this.#lives.delete(life.id);
      if (life) this.#dropped++;
      left -= before - (largest?.size ?? 0);
      if (before === 0) return;
    }
  }

  /** Keeps what was found, with the exchanges that show it. */
  #settle(): void {
    this.#settledDialect = mergeObserved(this.#settledDialect, this.dialect());
    const shown = this.#organizations.map((one) => this.#passOf(one)).filter(({ findings }) => findings.length > 0);
    const kept = shown.map(({ pass, judged, findings }): WatchedPass => {
      const some = findings.slice(0, maxSettledFindings);
      const calls = new Set(some.flatMap(({ finding }) => finding.calls));
      const onlyShown = (history: History): History => ({
        ...history,
        exchanges: history.exchanges.filter(({ n }) => calls.has(n)),
        walks: [],
        waits: [],
      });
      return { pass: { ...pass, history: onlyShown(pass.history) }, judged: onlyShown(judged), findings: some };
    });
    this.#settled = [...this.#settled, ...kept].slice(-maxSettled);
  }

  #passOf(organization: WatchedOrganization): WatchedPass {
    const { document, isSeparate } = this.#options;
    const judged = organization.judgedHistory(this.#settings, isSeparate);
    const history = organization.history(this.#settings, isSeparate);
    const pass: Pass = { purpose: "explore", plan: { scripts: [] } as unknown as Pass["plan"], history };
    return { pass, judged, findings: judgeWatched(document, judged, this.#options) };
  }

  get #settings(): HistorySettings {
    const { readLagMs } = this.#options;
    const unknown = { seed: 0, sitesVouched: false, isSubscribed: false, otherEvents: 0, crawlTimeoutMs: 600_000 };
    // Whether the server has the time of day is not known: it may have a test clock.
    return { ...unknown, readLagMs, endedMs: this.#lastMs };
  }

  #judgeSoon(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      const start = performance.now();
      this.judge();
      this.#pauseMs = Math.max(judgingPauseMs, (performance.now() - start) * judgingShare);
    }, this.#pauseMs);
    this.#timer.unref();
  }
}

/** So many findings of an organization, and so many organizations, are kept of what is forgotten. */
const maxSettledFindings = 100;
const maxSettled = 20;

/** Whether an operation is one on widgets; what visitors do is not recorded. */
function isOfWidgets(id: string): boolean {
  return /^(create|list|get|update|pause|resume|recrawl|delete)Widgets?$/.test(id);
}

/** Whether a request may have changed something. */
function mayHaveEffect({ method, response }: ForwardedExchange): boolean {
  const isRead = /^(GET|HEAD|OPTIONS|TRACE)$/.test(method);
  return !isRead && !(response && response.status >= 300 && response.status < 500);
}
