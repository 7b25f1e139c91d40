import { responseOf } from "../contract-tests/act/wire.ts";
import { defined } from "../contract-tests/defined.ts";
import { type Exchange, outcomeOf, type SeenResponse } from "../contract-tests/history/exchange.ts";
import { answerText } from "../contract-tests/http/answer-text.ts";
import { Members } from "../contract-tests/model/members.ts";
import { isRefusedCursor } from "../contract-tests/rules/watched-lists.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import type { RuleId } from "../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../spec/merge-patch.ts";
import type { CallerIdentity } from "./caller-identity.ts";
import { queryOfPath } from "./caller-identity.ts";
import type { CapturedBody } from "./captured-body.ts";
import type { ForwardedExchange } from "./forwarded-exchange.ts";
import { fieldsOf } from "./headers.ts";
import type { CheckedRequest } from "./request-check.ts";
import type { Route } from "./routes.ts";

/** How far an exchange can be judged. */
export type Judged =
  /** As any of the kit's own. */
  | "whole"
  /** As one that was not answered: a retry that may have had an effect of its own, or none. */
  | "maybe"
  /** Not at all: its answer may have another form, or be no answer to what the document has. */
  | "not"
  /** Not at all, and it may have done to its widget what nobody can tell: nothing is said of that widget from then on. */
  | "unknown-effect";

/** An exchange of one of the document's operations on widgets, as it is kept. */
export interface WatchedExchange {
  readonly exchange: Exchange;
  readonly caller: CallerIdentity;
  readonly judged: Judged;
  /** The body as the model may rely on it: what services may honestly change is null. */
  readonly reliable: JsonObject | undefined;
  /** What it repeats, by the key that makes a retry safe. */
  readonly idempotencyKey: string | undefined;
  /** Of a list: how many writes there were before, where none was so late that the list may be about to change. */
  readonly rest?: number | undefined;
}

/** Fields that ask for another form of the answer, or make it depend on what nobody sees. */
const askingForMore =
  /^(if-.*|range|prefer|(?!sec-).*version.*|(?!sec-).*(fields|view|profile|mode|expand)|x-http-method.*|x-method-.*)$/i;
const idempotency = /^(x-)?idempotency-key$/i;
/** What of the request's fields is kept. */
const keptFields = ["idempotency-key", "origin"];

/** Makes what reads exchanges. */
export class ExchangeReader {
  readonly #members: Members;

  constructor(document: WidgetsDocument) {
    this.#members = new Members(document);
  }

  /** @param checked the request, held against the document */
  read(
    forwarded: ForwardedExchange,
    { operation, id }: Route & { readonly operation: NonNullable<Route["operation"]> },
    { caller, checked }: { readonly caller: CallerIdentity; readonly checked: CheckedRequest },
  ): WatchedExchange {
    const { n, method, path, requestLines, requestBody, t0, t1, began, ended } = forwarded;
    const fields = fieldsOf(requestLines);
    const body = bodyIn(requestBody);
    const kept = keptFields.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]] as const]));
    const response = responseIn(forwarded);
    const exchange: Exchange = {
      ...{ n, operation: operation.id, caller: "own", t0, t1, began, ended },
      request: {
        method,
        path,
        ...defined({ body: isJsonObject(body) ? body : undefined }),
        ...(kept.length > 0 ? { headers: Object.fromEntries(kept) } : {}),
      },
      ...defined({ response, error: forwarded.error }),
      ...(forwarded.isUnsent ? { isUnsent: true } : {}),
    };
    const key = Object.entries(fields).find(([name]) => idempotency.test(name))?.[1];
    const isOdd = this.#isOdd(
      forwarded,
      operation.parameters.map(({ name }) => name),
      body,
    );
    const issues = checked.issues.filter(({ problem }) => problem !== "unauthorized" && problem !== "live_key_refused");
    return {
      exchange,
      caller,
      judged: judgedAs(
        exchange,
        isOdd || (isJsonObject(body) && this.#writesMore(body, operation.id)),
        issues.length > 0,
      ),
      reliable: isJsonObject(body)
        ? this.#reliable(
            body,
            issues.map(({ place }) => place),
          )
        : undefined,
      idempotencyKey: key && id !== undefined ? `${operation.id} ${id} ${key}` : key && `${operation.id} ${key}`,
    };
  }

  /** Whether a request asks for something that the document does not have, or has a body that nobody read. */
  #isOdd(
    { requestLines, requestBody, path }: ForwardedExchange,
    parameters: readonly string[],
    body: Json | undefined,
  ): boolean {
    const isUnknownQuery = [...queryOfPath(path).keys()].some((name) => !parameters.includes(name));
    const fields = fieldsOf(requestLines);
    const accept = fields["accept"] ?? "*/*";
    const isOtherForm = !/\*\/\*|application\/(\*|json)/.test(accept);
    const isUnread = !requestBody.isEmpty && (body === undefined || fields["content-encoding"] !== undefined);
    return isUnknownQuery || isOtherForm || isUnread || Object.keys(fields).some((name) => askingForMore.test(name));
  }

  /** Whether a body writes what a client cannot: whether that has an effect is the server's own matter (A-PATCH-4). */
  #writesMore(body: JsonObject, operation: string): boolean {
    const allowed = operation === "createWidget" ? ["site_url"] : [];
    return Object.keys(body).some((name) => !this.#members.schemas.has(name) && !allowed.includes(name));
  }

  /** A body without what services may honestly change or leave out; null says that nothing is known. */
  #reliable(body: JsonObject, wrong: readonly string[]): JsonObject {
    const isWrong = (name: string) => wrong.some((place) => place === `#/${name}` || place.startsWith(`#/${name}/`));
    const entries = Object.entries(body).map(([name, value]): [string, Json] => {
      if (!this.#members.schemas.has(name)) return [name, value];
      if (isWrong(name)) return [name, isJsonObject(value) ? withNulls(value) : null];
      if (!isJsonObject(value)) return [name, isPlain(value) ? value : null];
      return [name, Object.fromEntries(Object.entries(value).map(([part, one]) => [part, isPlain(one) ? one : null]))];
    });
    return Object.fromEntries(entries);
  }
}

function withNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.keys(object).map((name) => [name, null]));
}

function judgedAs(exchange: Exchange, isOdd: boolean, isInvalid: boolean): Judged {
  const outcome = outcomeOf(exchange);
  const isRead = exchange.request.method === "GET";
  if (isOdd) return isRead || outcome === "refused" ? "not" : "unknown-effect";
  if (outcome === "refused") {
    // Of a refusal nothing is learned but that there is nothing, that the state is another, or that a cursor is not taken.
    const { status = 0 } = exchange.response ?? {};
    const isOfCursor = exchange.operation === "listWidgets" && isRefusedCursor(exchange);
    return isInvalid || !(isOfCursor || [404, 405, 409, 410, 501].includes(status)) ? "not" : "whole";
  }
  return isRead && isInvalid ? "not" : "whole";
}

/** The longest text, and the longest list, that every service takes as it is. */
const maxPlainLength = 200;
const maxPlainItems = 5;

/** Whether a value is one that no service has a reason to change: no markup, no space around it, nothing to normalize. */
function isPlain(value: Json): boolean {
  if (typeof value === "string") {
    const isClean = value.length > 0 && value.length <= maxPlainLength && !/[<>&\p{Cc}\p{Surrogate}]/u.test(value);
    return isClean && value === value.trim() && value === value.normalize("NFC") && !/\s\s/.test(value);
  }
  if (Array.isArray(value)) {
    const isSet = new Set(value.map((item) => JSON.stringify(item).toLowerCase())).size === value.length;
    return value.length > 0 && value.length <= maxPlainItems && isSet && value.every(isPlain);
  }
  return typeof value === "boolean" || (typeof value === "number" && Number.isInteger(value));
}

function bodyIn(captured: CapturedBody): Json | undefined {
  if (!captured.isWhole || captured.isCut || captured.isEmpty) return undefined;
  try {
    return JSON.parse(captured.bytes.toString("utf8")) as Json;
  } catch {
    return undefined;
  }
}

/** The response as the kit keeps one; undefined where it did not come to its end. */
function responseIn({ response, error }: ForwardedExchange): SeenResponse | undefined {
  if (!response || error !== undefined) return undefined;
  const { status, lines, body } = response;
  const headers = fieldsOf(lines);
  const read = body.isCut
    ? { text: "", defect: "its body is too large" }
    : answerText(body.bytes, headers["content-encoding"]);
  return responseOf({ status, headers, ...read });
}

/** What an exchange shows of assumptions by its request alone: the one that it puts to the test. */
export function probedRule({ issues }: CheckedRequest, exchange: Exchange): RuleId | undefined {
  const { operation, request } = exchange;
  if (operation === "updateWidget" && request.body && Object.keys(request.body).length === 0) return "A-PATCH-3";
  const rules = new Set(issues.flatMap(({ assumed }) => assumed));
  const [only] = rules;
  return rules.size === 1 && issues.length === 1 && (only === "A-VAL-3" || only === "A-PATCH-4") ? only : undefined;
}
