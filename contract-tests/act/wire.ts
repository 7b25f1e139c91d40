import type { RuleId } from "../../spec/generated/rules.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import { defined } from "../defined.ts";
import {
  type CallerRole,
  type Exchange,
  isFromGateway,
  isTurnedAway,
  isWrongCaller,
  outcomeOf,
  type SeenResponse,
} from "../history/exchange.ts";
import type { Origin } from "../history/origin.ts";
import type { Preflight } from "../history/record.ts";
import { jsonWithin } from "../http/answer-json.ts";
import { answerTimeoutMs, type HttpAnswer, type OutgoingRequest, requestTarget } from "../http/http-client.ts";
import { HttpError } from "../http/http-error.ts";
import { pathSegment } from "../path-segment.ts";
import { credentialOf, type Target } from "../target.ts";
import { AnswerLog } from "./answer-log.ts";
import type { RunLimits } from "./limits.ts";
import type { Pace, Priority } from "./pace.ts";
import type { Scheduler, Signal } from "./scheduler.ts";

/** A call to be made. */
export interface WireCall {
  /** The operation's id in the document. */
  readonly operation: string;
  /** What the path names, such as the widget's id. */
  readonly params?: { readonly [name: string]: string };
  readonly query?: { readonly [name: string]: string };
  readonly body?: JsonObject;
  readonly caller?: CallerRole;
  readonly origin?: Origin;
  readonly widget?: string;
  readonly isTricky?: boolean;
  /** The assumed rule that it is made to see. */
  readonly probe?: RuleId;
  /** Header fields besides those that every call has. */
  readonly headers?: { readonly [name: string]: string };
  readonly priority?: Priority;
}

/** The answer's header fields that tell something. */
const headersOfInterest = [
  "content-type",
  "location",
  "link",
  "retry-after",
  "allow",
  "www-authenticate",
  "request-id",
  "date",
  "idempotency-replayed",
  "etag",
];
/** How often a call is sent again that was turned away for its pace, or never reached the target. */
const mostRetries = 5;
/** How long to wait before each time that a call is made again which failed: what comes again then is no passing fault. */
const repeatPausesMs = [1000, 2000, 4000];
/** How often another operation is asked, to see whether the target answers anything. */
const mostControls = 4;
/** What a control is made to see: whether there is an outage. */
const outage: RuleId = "A-OUT-1";
/** How long to wait where a 429 or 503 does not say, and at most. */
const usualRetryMs = 1000;
const longestRetryMs = 120_000;
/** A caller without a valid credential who is turned away for longer is locked out. */
const longestPaceMs = 5000;

/** What calls are made with. */
export interface WireOptions {
  readonly scheduler: Scheduler;
  readonly pace: Pace;
  readonly limits?: RunLimits;
  /** How long an answer may take before it counts as lost, in milliseconds of real time. */
  readonly answerTimeoutMs?: number;
  /** What was asked before, which tells how promptly the target answers. */
  readonly preflight?: Preflight | undefined;
}

/** Makes calls and records them: the history of a run. */
export class Wire {
  readonly history: Exchange[] = [];
  readonly #target: Target;
  readonly #operations: ReadonlyMap<string, DescribedOperation>;
  readonly #scheduler: Scheduler;
  readonly #pace: Pace;
  readonly #limits: RunLimits | undefined;
  readonly #answers: AnswerLog;
  /** The newest read of a widget that worked. */
  #lastGet: WireCall | undefined;
  /** Told when the control that is under way is answered. */
  #control: Signal | undefined;
  /** Whether a create was turned away for its pace: from then on they are made one at a time. */
  #areCreatesLimited = false;
  /** Told when the create that is under way has been taken. */
  #createTurn: Signal | undefined;
  #calls = 0;
  #moments = 0;

  constructor(
    target: Target,
    operations: readonly DescribedOperation[],
    { scheduler, pace, limits, preflight, answerTimeoutMs: longestMs = answerTimeoutMs }: WireOptions,
  ) {
    this.#answers = new AnswerLog(longestMs, preflight?.exchanges);
    this.#limits = limits;
    this.#target = target;
    this.#operations = new Map(operations.map((operation) => [operation.id, operation]));
    this.#scheduler = scheduler;
    this.#pace = pace;
  }

  /** The next place among the starts and ends of calls. */
  moment(): number {
    return ++this.#moments;
  }

  /**
   * Makes a call. One that fails (5xx, a page, no answer) is made again when the target is seen to answer others: what
   * fails each time is not the road's fault. Every try is part of the history.
   */
  async send(call: WireCall): Promise<Exchange> {
    let exchange = await this.#sendInTime(call);
    // Each create may have made a widget: who makes them has to know of each.
    if (call.operation === "createWidget") return exchange;
    for (let n = 0; await this.mayRepeat(exchange, n); n++) exchange = await this.#sendInTime(call);
    return exchange;
  }

  /**
   * Whether a call that failed is to be made again, for the n-th time; waits until it may be. An operation that has never
   * worked is not asked again and again.
   */
  async mayRepeat(exchange: Exchange, n: number): Promise<boolean> {
    const { operation, caller, probe } = exchange;
    const pauseMs = repeatPausesMs[n];
    const isMeant = caller === "own" && probe === undefined && outcomeOf(exchange) === "unknown";
    if (isMeant && pauseMs === undefined) this.#answers.noteFailure(operation);
    if (!isMeant || pauseMs === undefined || this.#limits?.isOver || this.neverWorks(operation)) return false;
    await this.#scheduler.sleep(pauseMs);
    return this.#answersOthers(exchange);
  }

  /** Whether an operation fails whenever it is asked for, and another one is answered. */
  neverWorks(operation: string): boolean {
    return this.#answers.neverWorks(operation);
  }

  /** Whether an operation has ever worked. */
  hasWorked(operation: string): boolean {
    return this.#answers.hasWorked(operation);
  }

  /** Whether the target answers another operation after a failure; it is asked where nobody has asked since. */
  async #answersOthers({ operation, ended }: Exchange): Promise<boolean> {
    const list: WireCall = { operation: "listWidgets", query: { limit: "1" } };
    const control = operation === list.operation ? this.#lastGet : list;
    for (let n = 0; ; n++) {
      const isAnswered = this.history.some((one) => isAnswerOfOther(one, operation) && one.began > ended);
      if (isAnswered || !control || n === mostControls || this.#limits?.isOver) return isAnswered;
      if (n > 0) await this.#scheduler.sleep(usualRetryMs);
      await this.#ask({ ...control, probe: outage });
    }
  }

  /** Makes a control, one at a time: whoever else wants one waits for that. */
  async #ask(control: WireCall): Promise<void> {
    if (this.#control) return this.#control.wait();
    const signal = this.#scheduler.signal();
    this.#control = signal;
    await this.#sendInTime(control).finally(() => {
      this.#control = undefined;
      signal.tell();
    });
  }

  /**
   * Makes a call in its time. One that is turned away for a while (429, or 403 or 503 with Retry-After) is sent again later, and
   * so is one for which there was no connection; a create only where it is sure to have made nothing, because a 503 may
   * come when the widget is there. A read is sent again where a gateway answers for the target.
   */
  async #sendInTime(call: WireCall): Promise<Exchange> {
    const isCreate = call.operation === "createWidget";
    let hasTurn = false;
    try {
      for (let attempt = 0; ; attempt++) {
        if (isCreate && this.#areCreatesLimited && !hasTurn) hasTurn = await this.#takeCreateTurn();
        await this.#pace.turn(call.priority ?? 1);
        const exchange = await this.#once(call);
        const wait = paceWaitOf(exchange);
        if (isCreate && wait !== undefined) this.#areCreatesLimited = true;
        if (!this.#isSentAgain(exchange, wait, hasTurn) || attempt === retriesFor(call)) return exchange;
        if (wait !== undefined) await this.#waitFor(wait);
      }
    } finally {
      if (hasTurn) this.#endCreateTurn();
    }
  }

  /** Whether a call is to be sent again; whoever calls next waits, too, where the target is not ready for calls. */
  #isSentAgain(exchange: Exchange, wait: number | undefined, hasTurn: boolean): boolean {
    const outageMs = this.#limits?.outageMs ?? 0;
    // Where only creates are limited, nobody else has to wait.
    if (wait !== undefined && !hasTurn) this.#pace.slower(wait);
    else if (wait === undefined && outageMs > 0) this.#pace.hold(outageMs);
    if (this.#limits?.isOver) return false;
    if (wait !== undefined) return !mayBeThere(exchange);
    return outageMs > 0 && isHarmless(exchange) && !this.neverWorks(exchange.operation);
  }

  /** Waits until no other create is under way: where creates are limited, one is enough to find out when more are taken. */
  async #takeCreateTurn(): Promise<true> {
    while (this.#createTurn) await this.#createTurn.wait();
    this.#createTurn = this.#scheduler.signal();
    return true;
  }

  #endCreateTurn(): void {
    const turn = this.#createTurn;
    this.#createTurn = undefined;
    turn?.tell();
  }

  async #waitFor(ms: number): Promise<void> {
    this.#limits?.say(`waiting ${Math.ceil(ms / 1000)} s, as Retry-After asks`);
    await this.#scheduler.sleep(ms);
  }

  async #once(call: WireCall): Promise<Exchange> {
    const { operation, params = {}, query = {}, body, caller = "own", origin, widget, probe, headers } = call;
    const described = this.#operations.get(operation);
    if (!described) throw new Error(`The document has no operation ${operation}.`);
    const search = new URLSearchParams(query).toString();
    const path =
      described.path.replace(/\{(\w+)\}/g, (_, name: string) => pathSegment(params[name] ?? "")) +
      (search === "" ? "" : `?${search}`);
    const n = ++this.#calls;
    let t0 = this.#scheduler.now();
    const [began, startedAt] = [this.moment(), Date.now()];
    // What many connections at once take to be there is no time of the target's.
    const onSent = () => {
      t0 = this.#scheduler.now();
    };
    const onLate = () => this.#noteLate(n, Date.now() - startedAt);
    const answer = await this.#answerTo(described.method, path, { ...call, caller, onSent, onLate });
    // What a create takes is a rule of its own (CREATE-4).
    if (operation === "createWidget") await this.#scheduler.sync();
    const exchange: Exchange = {
      ...{ n, operation, ...defined({ origin, widget }), caller },
      ...defined({ isTricky: call.isTricky || undefined, probe }),
      t0,
      t1: this.#scheduler.now(),
      began,
      ended: this.moment(),
      request: { method: described.method, path, ...defined({ body, headers }) },
      ...answer,
    };
    this.history.push(exchange);
    if (caller === "own") {
      this.#answers.note(exchange, Date.now() - startedAt);
      this.#limits?.count(exchange);
      // That one operation never works says nothing of the target.
      if (!this.neverWorks(operation)) this.#limits?.note(exchange);
      if (operation === "getWidget" && outcomeOf(exchange) === "done") this.#lastGet = call;
    }
    return exchange;
  }

  async #answerTo(
    method: string,
    path: string,
    {
      operation,
      body,
      headers,
      caller,
      onSent,
      onLate,
    }: Pick<WireCall, "operation" | "body" | "headers"> &
      Pick<OutgoingRequest, "onSent" | "onLate"> & { readonly caller: CallerRole },
  ): Promise<Pick<Exchange, "response" | "error" | "isUnsent" | "isGivenUp">> {
    const target = this.#target;
    const own = { ...target.headers, ...credentialOf(target, caller), ...headers };
    const [startedAt, leastMs] = [Date.now(), this.#answers.timeoutMs(operation)];
    const timeoutMs = () => {
      // Others that come late show that it takes longer; that they do not come says nothing of this one.
      const usualMs = Math.max(leastMs, this.#answers.timeoutMs(operation));
      return this.#limits?.answerMs(startedAt, usualMs) ?? usualMs;
    };
    const request = {
      ...{ method, path, timeoutMs, ...defined({ onSent, onLate }) },
      headers: body ? { "content-type": "application/json", ...own } : own,
      ...(body && { body: JSON.stringify(body) }),
      ...this.#limits?.ofRequest,
    };
    try {
      return { response: responseOf(await requestTarget(target, request)) };
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      const isGivenUp = error.code === "TIMEOUT" && error.isSent;
      return { error: error.message, ...(error.isSent ? {} : { isUnsent: true }), ...(isGivenUp ? { isGivenUp } : {}) };
    }
  }

  /** Takes notice that a call was answered after all: whoever is that slow works all the same. */
  #noteLate(n: number, tookMs: number): void {
    const place = this.history.findIndex((one) => one.n === n);
    const exchange = this.history[place];
    if (!exchange) return;
    this.history[place] = { ...exchange, isLate: true };
    if (exchange.caller === "own") this.#answers.noteLate(exchange.operation, tookMs);
  }
}

/**
 * How long everybody waits because a call was turned away; undefined where nobody does. It is no matter of the pace where it
 * lasts long: a write that is not to be made for minutes, or a caller without a valid credential who is locked out.
 */
function paceWaitOf(exchange: Exchange): number | undefined {
  const { caller, request } = exchange;
  const wait = waitOf(exchange);
  const isInvalid = caller === "anonymous" || isWrongCaller(caller);
  const longest = isInvalid ? longestPaceMs : request.method === "GET" ? Number.POSITIVE_INFINITY : longestRetryMs;
  return wait === undefined || wait > longest ? undefined : Math.min(wait, longestRetryMs);
}

/** How often a call is sent again at most: a wrong credential never is. */
function retriesFor({ caller = "own" }: WireCall): number {
  return isWrongCaller(caller) ? 0 : mostRetries;
}

/** What is kept of an answer. */
export function responseOf({ status, headers, text, defect }: HttpAnswer): SeenResponse {
  const interesting = headersOfInterest.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]));
  const read = defect === undefined ? jsonWithin(text) : { defect };
  const isEmpty = text === "" && defect === undefined ? { isEmpty: true as const } : {};
  return { status, headers: Object.fromEntries(interesting), ...defined(read), ...isEmpty };
}

/** Whether a call that was turned away may have made a widget all the same. */
function mayBeThere({ operation, response, isUnsent }: Exchange): boolean {
  return operation === "createWidget" && response?.status !== 429 && !isUnsent;
}

/** Whether a call that got no answer of the target's own may be sent again without a second effect. */
function isHarmless(exchange: Exchange): boolean {
  return exchange.isUnsent === true || (exchange.request.method === "GET" && isFromGateway(exchange));
}

/** Whether it is an answer of the API to another operation: whoever gave it works. */
function isAnswerOfOther(exchange: Exchange, operation: string): boolean {
  return exchange.caller === "own" && exchange.operation !== operation && outcomeOf(exchange) !== "unknown";
}

/**
 * Milliseconds after which a call is worth sending again; undefined where its answer is one. A date is compared with the
 * answer's own: the target's clock may differ from ours.
 */
function waitOf(exchange: Exchange): number | undefined {
  const { response } = exchange;
  if (!response || (response.status !== 503 && !isTurnedAway(exchange))) return undefined;
  const { "retry-after": given, date } = response.headers;
  if (given === undefined) return response.status === 429 ? usualRetryMs : undefined;
  const now = Date.parse(date ?? "");
  const until = Date.parse(given) - (Number.isNaN(now) ? Date.now() : now);
  const wait = /^\d+$/.test(given) ? Number(given) * 1000 : until;
  return Number.isFinite(wait) ? Math.max(wait, 0) : usualRetryMs;
}
