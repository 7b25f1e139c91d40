import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, isDone, isWrite } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { areOfOneSite } from "../history/neighbours.ts";
import { oncePer } from "../history/once.ts";
import { showsWidget, widgetIn } from "../history/views.ts";
import { longestOf } from "../history/window.ts";
import type { RuleContext } from "./rule-entry.ts";

/** A sign that a crawl has run, with the calls that show it. */
export interface CrawlSign {
  readonly what: string;
  readonly calls: readonly number[];
}

/**
 * A sign that somebody else's call made a crawl run: the widget shows one, what only recrawls change has changed, visitors get
 * the site's new content, or an event came that only recrawls bring. Most come when the crawl ends, so that all counts up to the next write
 * on the widget.
 */
export function crawlSignAfter(write: Exchange, context: RuleContext): CrawlSign | undefined {
  const { exchanges } = context.history;
  const own = exchanges.filter((one) => one.widget === write.widget);
  const gets = own.filter(isShown);
  // Of several with no read between them one has done it.
  const isTogether = (one: Exchange) =>
    one.operation === write.operation &&
    one.caller !== "own" &&
    !gets.some(({ began }) => (began - write.began) * (began - one.began) < 0);
  const writes = own.filter(isWrite);
  const together = writes.filter(isTogether);
  const [began, ended] = [Math.min(...together.map((one) => one.began)), Math.max(...together.map((one) => one.ended))];
  // What comes late may be of another one's before; what comes after another write may be of that.
  const isFirst = !writes.some((one) => one.operation === write.operation && one.caller !== "own" && one.ended < began);
  const until = writes.find((one) => one.began > ended)?.began ?? Number.POSITIVE_INFINITY;
  const seen = gets.findLast((one) => one.ended < began);
  const reads = gets.filter((one) => one.began > ended && one.began < until);
  const isAlone = isFirst && !writes.some((one) => one.ended < began && mayShowLater(one));
  const [shown] = seen
    ? reads.flatMap((read) => memberSign(seen, read, isAlone ? tellingMembers(context) : []) ?? [])
    : [];
  return shown ?? (isFirst ? (indexSign(write, until, context) ?? eventSign(write, until, context)) : undefined);
}

/** Whether what a write does may be done later than it was answered, so that members which count writes change later too. */
function mayShowLater(one: Exchange): boolean {
  return one.caller === "own" && one.operation !== "createWidget" && one.response?.status === 202;
}

/** Whether a call is a get of the organization's own that shows its widget. */
function isShown(one: Exchange): boolean {
  return one.operation === "getWidget" && one.caller === "own" && showsWidget(one);
}

/** What a read shows otherwise than the one before, where that tells of a crawl. */
function memberSign(seen: Exchange, read: Exchange, telling: readonly string[]): CrawlSign | undefined {
  const [before, after] = [viewOf(seen), viewOf(read)];
  const calls = [read.n];
  const [old, now] = [before["last_crawl"], after["last_crawl"]];
  if (isJsonObject(old) && isJsonObject(now) && old["started_at"] !== now["started_at"])
    return { what: "the widget shows another crawl", calls };
  const member = telling.find((name) => isOther(before, after, name));
  return member === undefined ? undefined : { what: `its ${member}, which recrawls change, has changed`, calls };
}

function viewOf({ response }: Exchange): JsonObject {
  return widgetIn(response?.body) ?? {};
}

function isOther(one: JsonObject, other: JsonObject, name: string): boolean {
  return JSON.stringify(one[name]) !== JSON.stringify(other[name]);
}

/** So many times a member must have stayed while nothing was written, and so many recrawls must have changed it. */
const minStayed = 3;
const minChanged = 2;

/**
 * The members that tell of recrawls, besides those that the document has: each recrawl of the organization's own that was watched
 * long enough changed them, and they stayed while nobody wrote.
 */
const tellingMembers = oncePer((context: RuleContext): readonly string[] => {
  const pairs = context.timelines.map(({ widget }) => pairsOf(widget, context));
  const [quiet, recrawled] = [pairs.flatMap((one) => one.quiet), pairs.flatMap((one) => one.recrawled)];
  if (quiet.length < minStayed || recrawled.length < minChanged) return [];
  const names = new Set(recrawled.flatMap(({ after }) => Object.keys(after)));
  const isOwnWord = (name: string) => name !== "id" && name !== "status" && !context.model.members.schemas.has(name);
  return [...names].filter(
    (name) =>
      isOwnWord(name) &&
      quiet.every(({ before, after }) => !isOther(before, after, name)) &&
      recrawled.every(({ before, after }) => isOther(before, after, name)),
  );
});

/** A widget as two gets showed it. */
interface Pair {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** How a widget was shown before and after nothing was written, and before and after its recrawls. */
function pairsOf(widget: string, { history, model }: RuleContext): { quiet: Pair[]; recrawled: Pair[] } {
  const own = history.exchanges.filter((one) => one.widget === widget);
  const [gets, writes] = [own.filter(isShown), own.filter(isWrite)];
  const recrawls = writes.filter(({ operation }) => operation === "recrawlWidget");
  const pairOf = (one: Exchange, other: Exchange): Pair => ({ before: viewOf(one), after: viewOf(other) });
  const isActive = (one: Exchange) => viewOf(one)["status"] === model.life.active;
  const quiet = gets.slice(1).flatMap((get, n): Pair[] => {
    const last = gets[n];
    if (!last || !isActive(last) || !isActive(get) || get.ended > (recrawls[0]?.began ?? get.ended)) return [];
    return writes.some((one) => one.ended > last.began && one.began < get.ended) ? [] : [pairOf(last, get)];
  });
  const crawlMs = longestOf(history.waits);
  const recrawled = recrawls.filter(isOwnRecrawl).flatMap((recrawl): Pair[] => {
    const next = writes.find((one) => one.began > recrawl.began)?.began ?? Number.POSITIVE_INFINITY;
    const before = gets.findLast((one) => one.ended < recrawl.began);
    const after = gets.findLast((one) => one.began > recrawl.ended && one.ended < next);
    return before && after && after.t0 - recrawl.t1 >= crawlMs ? [pairOf(before, after)] : [];
  });
  return { quiet, recrawled };
}

function isOwnRecrawl(one: Exchange): boolean {
  return one.caller === "own" && isDone(one, "recrawlWidget");
}

/** Another index than the one that stayed when the site had changed, where no recrawl of the organization's own of that site explains it. */
function indexSign(write: Exchange, until: number, { history }: RuleContext): CrawlSign | undefined {
  const looks = history.observations.filter((one) => one.widget === write.widget);
  const changed = looks.findLast((one) => one.member === "changeSite" && one.came < write.began);
  const indexes = looks.filter((one) => one.member === "visibleIndex" && one.result !== undefined);
  const before = indexes.filter(({ came }) => came > (changed?.came ?? Number.POSITIVE_INFINITY) && came < write.began);
  const after = indexes.filter(({ came }) => came > write.ended && came < until);
  const kept = new Set(before.map(({ result }) => JSON.stringify(result)));
  const isNew = after.some(({ result }) => !kept.has(JSON.stringify(result)));
  if (before.length < minLooks || kept.size !== 1 || !isNew) return undefined;
  const recrawls = history.exchanges.filter(isOwnRecrawl);
  if (recrawls.some(({ widget }) => areOfOneSite(widget, write.widget, history))) return undefined;
  return { what: "visitors get the new content of its site", calls: [] };
}

/** So many looks must have shown the same index of a site that has changed. */
const minLooks = 2;

/** An event of a type that came for widgets alone that the organization had recrawled. */
function eventSign(write: Exchange, until: number, { history }: RuleContext): CrawlSign | undefined {
  const recrawls = history.exchanges.filter(isOwnRecrawl);
  const typeOf = ({ body }: History["events"][number]) =>
    isJsonObject(body) ? (body["type"] ?? body["event"]) : undefined;
  const isRecrawled = ({ widget, came }: History["events"][number]) =>
    recrawls.some((one) => one.widget === widget && one.began < came);
  const others = history.events.filter(({ widget }) => widget !== write.widget);
  const telling = new Set(others.filter(isRecrawled).map(typeOf));
  for (const event of others.filter((one) => !isRecrawled(one))) telling.delete(typeOf(event));
  const sign = history.events.find(
    (one) =>
      one.widget === write.widget &&
      !one.isReady &&
      one.came > write.ended &&
      one.came < until &&
      telling.has(typeOf(one)),
  );
  if (!sign || typeOf(sign) === undefined) return undefined;
  return { what: `an event ${String(typeOf(sign))} came, which recrawls alone bring`, calls: [] };
}
