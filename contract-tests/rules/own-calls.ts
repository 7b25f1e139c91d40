import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { defined } from "../defined.ts";
import { type Exchange, isDone, isServersOwnError, isWrite, outcomeOf } from "../history/exchange.ts";
import { oncePer } from "../history/once.ts";
import { widgetIn } from "../history/views.ts";
import type { Breach, RuleContext } from "./rule-entry.ts";

/** The calls of the organization's own, in the order of their beginnings. */
export const ownCalls = oncePer(({ history }: RuleContext): Exchange[] =>
  history.exchanges.filter(({ caller }) => caller === "own").sort((a, b) => a.began - b.began),
);

/** The deletes that were accepted. */
const deletesOf = oncePer((context: RuleContext): Exchange[] =>
  ownCalls(context).filter((one) => isDone(one, "deleteWidget")),
);

/** The accepted delete of a call's widget before it. */
export function deleteBefore({ widget, began }: Exchange, context: RuleContext): Exchange | undefined {
  if (widget === undefined) return undefined;
  return deletesOf(context).find((one) => one.widget === widget && one.ended < began);
}

/** The last call before another one that began a crawl of its widget. */
export function crawlBefore({ widget, began }: Exchange, context: RuleContext): Exchange | undefined {
  const { life } = context.model;
  const begins = ({ operation }: Exchange) => operation === "createWidget" || life.startsCrawl(operation);
  return ownCalls(context).findLast(
    (one) => one.widget === widget && one.ended < began && outcomeOf(one) === "done" && begins(one),
  );
}

/** Whether any other call was answered between two. */
export function isAnsweredBetween(one: Exchange, other: Exchange, { asked }: RuleContext): boolean {
  return asked.some(
    (between) =>
      between.began > one.ended &&
      between.ended < other.began &&
      between.caller === "own" &&
      outcomeOf(between) !== "unknown",
  );
}

/** Whether an answer is an error of the server itself, to a request that every server has to understand. */
export function isError(exchange: Exchange, context: RuleContext): boolean {
  const isUnderstood = !hasNull(exchange.request.body) && deleteBefore(exchange, context) === undefined;
  return isServersOwnError(exchange) && isUnderstood;
}

/** Whether a value that a service may honestly stumble over, which stands as null here, was sent. */
function hasNull(value: Json | undefined): boolean {
  return value === null || (isJsonObject(value) && Object.values(value).some(hasNull));
}

/** Whether an operation has to be accepted in the state that the last get showed. */
export function mustAccept({ operation, widget, began }: Exchange, context: RuleContext): boolean {
  const { history, model } = context;
  const before = history.exchanges.filter((one) => one.widget === widget && one.caller === "own" && one.ended < began);
  const seen = before.findLast((one) => isDone(one, "getWidget"));
  const isCrawled = before.some((one) => model.life.startsCrawl(one.operation) && outcomeOf(one) !== "refused");
  return worksIn(seen, operation, context, isCrawled);
}

/** Whether an operation has to be accepted in the state that a get shows. */
export function worksIn(
  seen: Exchange | undefined,
  operation: string,
  { model: { life } }: RuleContext,
  mayChange = false,
): boolean {
  const phase = life.phaseShownAs(widgetIn(seen?.response?.body)?.["status"]);
  return phase !== undefined && life.mustAccept(operation, { phase, mayChange });
}

/** What tells of a call in a breach: what was done with its widget before it, the call, and its script. */
export function shownBy(call: Exchange, context: RuleContext): Pick<Breach, "calls" | "script"> {
  return { calls: callsUntil(call, context), ...defined({ script: call.origin?.script ?? call.widget }) };
}

/** What was done with the widget of a call before it, and the call. */
export function callsUntil(call: Exchange, context: RuleContext): number[] {
  const { n, request: wanted } = call;
  const widget = call.widget ?? context.timelines.find(({ id }) => wanted.path.endsWith(`/${id}`))?.widget;
  // A probe may have led to it, too.
  const before = widget === undefined ? [] : context.asked.filter((one) => one.widget === widget && one.n < n);
  const isOwnWrite = (one: Exchange) => one.caller === "own" && isWrite(one) && outcomeOf(one) === "done";
  return [...before.filter(isOwnWrite).map((one) => one.n), n];
}

/** What came back, in words. */
export function answerOf(exchange: Exchange): string {
  const { response, error } = exchange;
  if (!response) return `had no response: ${error}`;
  if (response.defect !== undefined) return `returned ${response.status}, but ${response.defect}`;
  if (outcomeOf(exchange) !== "done") return `returned ${response.status}`;
  if (exchange.operation === "deleteWidget") return `returned ${response.status}, and the widget is still shown`;
  return `returned ${response.status} without ${exchange.operation === "listWidgets" ? "a list" : "a widget"}`;
}
