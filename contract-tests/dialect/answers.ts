import { assumedBy, type Header, type ResponseObject, resolve, type WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import type { Exchange } from "../history/exchange.ts";
import { widgetIn } from "../history/views.ts";
import { hasChoices } from "./offers.ts";
import type { Predict, Predicted } from "./predicted.ts";
import type { Sight } from "./sight.ts";
import { inGeneral, inWords } from "./situation-words.ts";
import type { Situation } from "./situations.ts";

/**
 * What answers show of rules without choices, and what of them no choice has: other statuses, fields that are not there,
 * a widget in part.
 * @param document as the dialect has it, as far as it is known
 */
export function answerSights(document: WidgetsDocument, situations: readonly Situation[], predict: Predict): Sight[] {
  return situations.flatMap((situation) => {
    const predicted = predict(situation);
    if (!predicted) return [];
    const isAlike = predicted.status < 300 === situation.status < 300;
    return [
      ...statusSights(document, situation, predicted),
      ...(isAlike && predicted.response ? headerSights(document, situation.exchange, predicted.response) : []),
      ...(isAlike && situation.status < 300 ? bodySights(document, situation.exchange, predicted.response) : []),
    ];
  });
}

function statusSights(document: WidgetsDocument, situation: Situation, { status, rule, response }: Predicted): Sight[] {
  const isAlike = status < 300 === situation.status < 300;
  const { exchange } = situation;
  const told = (of: RuleId | undefined, isSame: boolean, otherwise: string): Sight[] => {
    if (of === undefined || document["x-rules"][of].basis !== "assumed" || hasChoices(document, of)) return [];
    return [{ rule: of, calls: [exchange.n], ...(isSame ? {} : { otherwise }) }];
  };
  const own = isAlike && status < 300 && response ? assumedBy(response)[0] : undefined;
  const isDone = status < 300;
  return [
    ...told(rule, isAlike && (isDone || status === situation.status), inWords(situation)),
    ...told(own, status === situation.status, inGeneral(exchange.operation, situation.status)),
  ];
}

/** The fields that an answer must have, each under the rule that asks for it. */
function headerSights(
  document: WidgetsDocument,
  { n, operation, response }: Exchange,
  expected: ResponseObject,
): Sight[] {
  return Object.entries(expected.headers ?? {}).flatMap(([name, reference]): Sight[] => {
    const header = resolve<Header>(document, reference);
    const [rule] = assumedBy(header);
    if (!header.required || rule === undefined) return [];
    const isThere = response?.headers[name.toLowerCase()] !== undefined;
    // Where it stands on every answer, one sentence is enough.
    const where = rule === "A-ERR-2" ? "answers have" : `${operation} is answered with`;
    return [{ rule, calls: [n], ...(isThere ? {} : { otherwise: `${where} no ${name}` }) }];
  });
}

/** Whether the answer to a write holds the whole widget, where the document says so. */
function bodySights(document: WidgetsDocument, exchange: Exchange, expected: ResponseObject | undefined): Sight[] {
  const [rule] = expected ? assumedBy(expected) : [];
  const schema = expected?.content?.["application/json"]?.schema.$ref;
  // A 204 has no body, and says so.
  if (
    rule === undefined ||
    exchange.request.method === "GET" ||
    exchange.response?.status === 204 ||
    !schema?.endsWith("/Widget")
  )
    return [];
  const { operation, n, response } = exchange;
  const how = formOf(document, response?.body);
  return [{ rule, calls: [n], ...(how === undefined ? {} : { otherwise: `${operation} is answered ${how}` }) }];
}

function formOf(document: WidgetsDocument, body: Parameters<typeof widgetIn>[0]): string | undefined {
  if (body === undefined) return "without JSON";
  const widget = widgetIn(body);
  if (!widget) return "with something else than the widget";
  const members = membersOf(document, schemaNamed(document, "Widget"));
  const missing = (schemaNamed(document, "Widget").required ?? []).filter(
    (name) => members.has(name) && !(name in widget),
  );
  if (missing.length > 0) return "with something else than the whole widget";
  return isJsonObject(body) && "id" in body ? undefined : "with the widget inside another object";
}
