import type { RuleId } from "../../spec/generated/rules.ts";
import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import { defined } from "../defined.ts";
import type { CallerRole, Exchange, SeenResponse } from "../history/exchange.ts";
import type { Origin } from "../history/origin.ts";
import { credentialOf, type Target } from "../target.ts";
import type { RunLimits } from "./limits.ts";
import type { Pace, Priority } from "./pace.ts";
import type { Scheduler } from "./scheduler.ts";

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
/** How long an answer may take before it counts as lost, in real time. */
const timeoutMs = 60_000;
/** How often a call that was turned away for its pace is sent again. */
const mostRetries = 5;
/** How long to wait where a 429 or 503 does not say. */
const usualRetryMs = 1000;

/** Makes calls and records them: the history of a run. */
export class Wire {
  readonly history: Exchange[] = [];
  readonly #target: Target;
  readonly #operations: ReadonlyMap<string, DescribedOperation>;
  readonly #scheduler: Scheduler;
  readonly #pace: Pace;
  readonly #limits: RunLimits | undefined;
  #calls = 0;
  #moments = 0;

  constructor(
    target: Target,
    operations: readonly DescribedOperation[],
    { scheduler, pace, limits }: { readonly scheduler: Scheduler; readonly pace: Pace; readonly limits?: RunLimits },
  ) {
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
   * Makes a call. One that is turned away for a while (429, or 503 with Retry-After) is sent again later; a create only
   * after 429, because a 503 may come when the widget is there. Every try is part of the history.
   */
  async send(call: WireCall): Promise<Exchange> {
    for (let attempt = 0; ; attempt++) {
      await this.#pace.turn(call.priority ?? 1);
      const exchange = await this.#once(call);
      const wait = waitOf(exchange);
      const mayBeThere = call.operation === "createWidget" && exchange.response?.status !== 429;
      if (wait === undefined || mayBeThere || attempt === mostRetries) return exchange;
      this.#pace.slower(wait);
      await this.#scheduler.sleep(wait);
    }
  }

  async #once(call: WireCall): Promise<Exchange> {
    const { operation, params = {}, query = {}, body, caller = "own", origin, widget, probe, headers } = call;
    const described = this.#operations.get(operation);
    if (!described) throw new Error(`The document has no operation ${operation}.`);
    const search = new URLSearchParams(query).toString();
    const path =
      described.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? "")) +
      (search === "" ? "" : `?${search}`);
    const n = ++this.#calls;
    const t0 = this.#scheduler.now();
    const began = this.moment();
    const answer = await this.#fetch(described.method, path, { ...call, caller });
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
    if (caller === "own") this.#limits?.note(exchange);
    return exchange;
  }

  async #fetch(
    method: string,
    path: string,
    { body, headers, caller }: Pick<WireCall, "body" | "headers"> & { readonly caller: CallerRole },
  ): Promise<{ readonly response: SeenResponse } | { readonly error: string }> {
    const request = new Request(this.#target.baseUrl + path, {
      method,
      headers: {
        accept: "application/json",
        ...(body && { "content-type": "application/json" }),
        ...this.#target.headers,
        ...credentialOf(this.#target, caller),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: "manual",
    });
    try {
      const response = await (this.#target.fetch ?? fetch)(request);
      return { response: seen(response, await response.text()) };
    } catch (error) {
      const { message, cause } = error as Error;
      return { error: cause instanceof Error ? `${message}: ${cause.message}` : message };
    }
  }
}

function seen(response: Response, text: string): SeenResponse {
  const headers = headersOfInterest.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return { status: response.status, headers: Object.fromEntries(headers), ...defined({ body: jsonIn(text) }) };
}

/** What a text holds as JSON; undefined where it is none. */
export function jsonIn(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Milliseconds after which a call is worth sending again; undefined where its answer is one. */
function waitOf({ response }: Exchange): number | undefined {
  if (response?.status !== 429 && response?.status !== 503) return undefined;
  const given = response.headers["retry-after"];
  if (given === undefined) return response.status === 429 ? usualRetryMs : undefined;
  const seconds = /^\d+$/.test(given) ? Number(given) : (Date.parse(given) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 120) * 1000 : usualRetryMs;
}
