import type { RuleId } from "../../spec/generated/rules.ts";
import type { CallerRole } from "../../spec/generated/steps.ts";
import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import type { Origin } from "./origin.ts";

export type { CallerRole } from "../../spec/generated/steps.ts";

/**
 * Callers whose credential is wrong on purpose: a key that nobody has, the organization's own cut short, extended or with its
 * letters in the other case, and a key that nobody has under another scheme.
 */
export const wrongCallers = [
  "made-up",
  "cut-short",
  "extended",
  "other-case",
  "other-scheme",
] as const satisfies readonly CallerRole[];

export type WrongCaller = (typeof wrongCallers)[number];

/** Whether a caller has a credential that is wrong on purpose. */
export function isWrongCaller(caller: CallerRole): caller is WrongCaller {
  return (wrongCallers as readonly string[]).includes(caller);
}

/** One call and its answer, as they were seen from outside. Credentials are never part of it. */
export interface Exchange {
  /** Counts the calls of a run, from 1. */
  readonly n: number;
  /** The operation's id in the document. */
  readonly operation: string;
  /** The script that it belongs to; the run's own calls, such as polls of the list, belong to none. */
  readonly origin?: Origin;
  /** The run's own name of the widget that it is about. */
  readonly widget?: string;
  readonly caller: CallerRole;
  /** Whether it sends values that another service may honestly refuse. */
  readonly isTricky?: boolean;
  /** The assumed rule that it was made to see: no documented rule is judged by it. */
  readonly probe?: RuleId;
  /**
   * Milliseconds since the run began, on the target's clock where the run moves it: when the request was written on a
   * connection, and when the answer was there.
   */
  readonly t0: number;
  readonly t1: number;
  /** The places of its start and its end among all starts and ends: times may be equal, these never are. */
  readonly began: number;
  readonly ended: number;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly body?: JsonObject;
    /** Fields that this call has and others have not. */
    readonly headers?: { readonly [name: string]: string };
  };
  /** Left out where none came. */
  readonly response?: SeenResponse;
  /** Why no response came. */
  readonly error?: string;
  /** Whether there was no connection to send it over: then it had no effect. */
  readonly isUnsent?: true;
  /** Whether nobody waited any longer for its answer, and whether that came all the same later. */
  readonly isGivenUp?: true;
  readonly isLate?: true;
}

export interface SeenResponse {
  readonly status: number;
  /** Those of interest, by their names in small letters. */
  readonly headers: { readonly [name: string]: string };
  /** Undefined where there was no body, or none that is JSON. */
  readonly body?: Json;
  /** Why the body was not taken. */
  readonly defect?: string;
  /** How many items its longest array had, where there were too many to keep. */
  readonly cutItems?: number;
  /** Whether there was no body at all. */
  readonly isEmpty?: true;
}

/** How a call ended, as far as its effect is concerned. */
export type ExchangeOutcome = "done" | "refused" | "unknown";

/** What was only accepted (202) has its effect so soon after the answer, in milliseconds, if it is to count as done. */
export const acceptedMs = 5000;

/**
 * Whether a call has had its effect: 2xx has, 4xx has not, and of anything else nobody knows: a lost answer, 5xx, a page
 * for people, which is no answer of an API, and a read whose answer could not be taken.
 */
export function outcomeOf({ request, response }: Exchange): ExchangeOutcome {
  if (!response || response.status >= 500 || response.status < 200) return "unknown";
  if (response.status >= 300) return "refused";
  if (response.defect !== undefined && request.method === "GET") return "unknown";
  return isPage(response) ? "unknown" : "done";
}

/** Whether a call is one that may change something. */
export function isWrite({ request }: Pick<Exchange, "request">): boolean {
  return request.method !== "GET";
}

/** Whether a call of an operation had its effect. */
export function isDone(exchange: Exchange, operation: string): boolean {
  return exchange.operation === operation && outcomeOf(exchange) === "done";
}

/** The organization's own calls of an operation. */
export function ownCallsOf(exchanges: readonly Exchange[], wanted: string): Exchange[] {
  return exchanges.filter(({ operation, caller }) => operation === wanted && caller === "own");
}

/** Whether an answer says that there is no such widget, or none any more. */
export function isNotFound({ response }: Pick<Exchange, "response">): boolean {
  return response?.status === 404 || response?.status === 410;
}

/** The status that came back, or why none did. */
export function outcomeText(exchange: Pick<Exchange, "response" | "error"> | undefined): string {
  return String(exchange?.response?.status ?? exchange?.error ?? "no answer");
}

/** Whether a call may have made a widget. */
export function mayHaveCreated(exchange: Exchange): boolean {
  return exchange.operation === "createWidget" && outcomeOf(exchange) !== "refused" && !exchange.isUnsent;
}

/** Whether an answer is a page for people: of that type, and no JSON; an empty answer may have any type. */
export function isPage({ status, headers, body, isEmpty }: SeenResponse): boolean {
  return /html/i.test(headers["content-type"] ?? "") && body === undefined && status !== 204 && !isEmpty;
}

/** Whether a gateway answers for a target that is away for a moment: with a page for people, or a status of its own. */
export function isFromGateway({ response }: Exchange): boolean {
  if (!response) return false;
  const isRefusal = response.status >= 400 && response.status < 500;
  return (isPage(response) && !isRefusal) || response.status === 502 || response.status === 504;
}

/** Whether an answer is an error of the server itself, which neither a gateway nor an outage explains; a read whose answer could not be taken counts as one. */
export function isServersOwnError(exchange: Exchange): boolean {
  const { response } = exchange;
  if (!response || response.status === 503) return false;
  return outcomeOf(exchange) === "unknown" && !isFromGateway(exchange);
}

/**
 * Whether a call is turned away for a while, whatever it asks for: for its pace, or because whoever calls is locked out (403 with
 * Retry-After); a create may be turned away by a quota.
 */
export function isTurnedAway({ operation, response }: Exchange): boolean {
  const isLocked = response?.status === 403 && operation !== "createWidget";
  return response?.status === 429 || (isLocked && response.headers["retry-after"] !== undefined);
}

/** Whether a refusal is about the call: not about who makes it (401, 402, 403), or how much there is already (402, 403, 409, 429). */
export function isAboutCall(response: SeenResponse | undefined): boolean {
  return ![401, 402, 403, 409, 429].includes(response?.status ?? 0);
}

/** Whether a refusal may be about the values that were sent. */
export function isOfValues(response: SeenResponse | undefined): boolean {
  return [400, 413, 415, 422].includes(response?.status ?? 0);
}

/**
 * Whether a refusal may come of the state that a widget is in: not of who calls or how much there is already (401, 402, 403),
 * of the pace (429), or of there being no such operation or widget.
 */
export function isOfState(exchange: Exchange): boolean {
  const status = exchange.response?.status ?? 0;
  return (
    outcomeOf(exchange) === "refused" &&
    !isTurnedAway(exchange) &&
    ![401, 402, 403, 404, 405, 410, 429].includes(status)
  );
}

/** What says that there is no such operation, whatever it is asked for. */
export const noOperation: readonly number[] = [404, 405, 501];
