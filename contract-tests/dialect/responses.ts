import { assumedBy, type Header, type ResponseObject, resolve, type WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import type { Exchange } from "../history/exchange.ts";
import { widgetIn } from "../history/views.ts";
import { type CallInState, callText, statusText } from "./calls-in-state.ts";
import { hasChoices } from "./choice-rules.ts";
import type { DialectContext, DialectObservation } from "./observation.ts";
import { isSuccess, type PredictedResponse, responsePredictor } from "./predicted-response.ts";

/**
 * Observes what responses show of rules without choices, and what no choice covers: other statuses, missing headers, a
 * part of the widget.
 */
export function observeResponses({ document, callsInState }: DialectContext): DialectObservation[] {
  const predict = responsePredictor(document);
  return callsInState.flatMap((call) => {
    const predicted = predict(call);
    if (!predicted) return [];
    const { exchange } = call;
    const hasSameOutcome = isSuccess(predicted.status) === isSuccess(call.status);
    return [
      ...observeStatus(document, call, predicted),
      ...(hasSameOutcome && predicted.response ? observeHeaders(document, exchange, predicted.response) : []),
      ...(hasSameOutcome && isSuccess(call.status) ? observeBody(document, exchange, predicted.response) : []),
    ];
  });
}

function observeStatus(
  document: WidgetsDocument,
  call: CallInState,
  { status, rule, response }: PredictedResponse,
): DialectObservation[] {
  const { exchange } = call;
  const observe = (of: RuleId | undefined, isSame: boolean, deviation: string): DialectObservation[] => {
    if (of === undefined || document["x-rules"][of].basis !== "assumed" || hasChoices(document, of)) return [];
    return [{ rule: of, calls: [exchange], deviation: isSame ? undefined : deviation }];
  };
  const hasSameOutcome = isSuccess(status) === isSuccess(call.status);
  const ofResponse = hasSameOutcome && isSuccess(status) && response ? assumedBy(response)[0] : undefined;
  return [
    ...observe(rule, hasSameOutcome && (isSuccess(status) || status === call.status), callText(call)),
    ...observe(ofResponse, status === call.status, statusText(exchange.operation, call.status)),
  ];
}

/** Observes the headers that a response must have, each under the rule that requires it. */
function observeHeaders(
  document: WidgetsDocument,
  exchange: Exchange,
  { headers = {} }: ResponseObject,
): DialectObservation[] {
  return Object.entries(headers).flatMap(([name, reference]): DialectObservation[] => {
    const header = resolve<Header>(document, reference);
    const [rule] = assumedBy(header);
    if (!header.required || rule === undefined) return [];
    const isThere = exchange.response?.headers[name.toLowerCase()] !== undefined;
    // A header of every response is worth one sentence.
    const subject = rule === "A-ERR-2" ? "responses have" : `${exchange.operation} returns`;
    return [{ rule, calls: [exchange], deviation: isThere ? undefined : `${subject} no ${name}` }];
  });
}

/** Observes whether the response to a write has the whole widget, where the document says so. */
function observeBody(
  document: WidgetsDocument,
  exchange: Exchange,
  expected: ResponseObject | undefined,
): DialectObservation[] {
  const { operation, request, response } = exchange;
  const [rule] = expected ? assumedBy(expected) : [];
  const isWidget = expected?.content?.["application/json"]?.schema.$ref?.endsWith("/Widget");
  // A 204 has no body, and says so.
  if (rule === undefined || !isWidget || request.method === "GET" || response?.status === 204) return [];
  const form = bodyDeviation(document, response?.body);
  return [{ rule, calls: [exchange], deviation: form && `${operation} returns ${form}` }];
}

function bodyDeviation(document: WidgetsDocument, body: Json | undefined): string | undefined {
  if (body === undefined) return "no JSON";
  const widget = widgetIn(body);
  if (!widget) return "no widget";
  const schema = schemaNamed(document, "Widget");
  const members = membersOf(document, schema);
  if ((schema.required ?? []).some((name) => members.has(name) && !(name in widget))) return "a part of the widget";
  return isJsonObject(body) && "id" in body ? undefined : "the widget inside another object";
}
