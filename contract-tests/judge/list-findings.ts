import { isJsonObject } from "../../spec/merge-patch.ts";
import type { Exchange } from "../history/exchange.ts";
import { outcomeOf } from "../history/exchange.ts";
import type { History, Walk } from "../history/history.ts";
import type { JudgedTimeline } from "../history/timeline.ts";
import { itemsAt, type MemberPath } from "../history/views.ts";
import type { Finding } from "./finding.ts";

/** What ways through the list show (LIST-2, LIST-3). */
export function listFindings(history: History, timelines: readonly JudgedTimeline[]): Finding[] {
  return [...cursorFindings(history, timelines), ...walkFindings(history, timelines)];
}

/** LIST-2: a page says how to go on, and what it says leads to the same page again. */
function cursorFindings(history: History, timelines: readonly JudgedTimeline[]): Finding[] {
  const { next, exchanges, items } = history;
  if (next?.verified || !items || seenWalks(history).some(hasLedOn)) return [];
  const single = exchanges.filter(
    (exchange) =>
      exchange.operation === "listWidgets" && /limit=1(&|$)/.test(exchange.request.path) && exchange.caller === "own",
  );
  const first = single.find(({ request }) => !request.path.includes("cursor="));
  const second = single.find(({ request }) => request.path.includes("cursor="));
  const several = first !== undefined && timelines.filter((one) => isThere(one, first)).length > 1;
  if (!several) return [];
  const onFirst = (first && itemsAt(first.response?.body, items)?.length) ?? 0;
  if (first?.response && !next && onFirst === 1 && saysNothingMore(first.response, items)) {
    const says = "A page of one widget, of several that there are, says in no way how to go on.";
    return [{ rule: "LIST-2", level: "fail", says, calls: [first.n] }];
  }
  if (first && second && outcomeOf(second) === "refused") {
    const says = `The cursor that the first page gives is refused: ${second.response?.status}.`;
    return [{ rule: "LIST-2", level: "fail", says, calls: [first.n, second.n] }];
  }
  const id = (exchange: Exchange | undefined) => exchange && itemsAt(exchange.response?.body, items)?.[0]?.["id"];
  if (!first || !second || id(first) === undefined || id(first) !== id(second)) return [];
  const says = `The cursor of the first page leads to the first page again, ${id(first)}.`;
  return [{ rule: "LIST-2", level: "fail", says, calls: [first.n, second.n] }];
}

/** Whether there is nothing in an answer but its items: no field, and no Link, that could lead on. */
function saysNothingMore({ body, headers }: NonNullable<Exchange["response"]>, items: MemberPath): boolean {
  if (headers["link"] !== undefined || !isJsonObject(body)) return false;
  return Object.entries(body).every(
    ([name, value]) => name === items[0] || value === null || typeof value === "boolean",
  );
}

interface Seen {
  readonly walk: Walk;
  readonly pages: readonly Exchange[];
  readonly began: number;
  readonly ended: number;
  readonly ids: readonly string[];
  /** How many the first page shows. */
  readonly onFirst: number;
}

/** LIST-3: while nothing is written, every widget of the run comes once. Said only where a second walk says so too. */
function walkFindings(history: History, timelines: readonly JudgedTimeline[]): Finding[] {
  const walks = seenWalks(history);
  const quiet = walks.filter((seen) => isQuiet(seen, history) && seen.pages.length > 1);
  const lost = quiet.flatMap((seen) => foreignersLeft(seen, walks));
  const wrong = quiet.flatMap((seen) => {
    const there = timelines.filter((timeline) => isThere(timeline, seen));
    const doubled = there.filter(({ id }) => seen.ids.filter((one) => one === id).length > 1);
    const isOnNoPage = (one: JudgedTimeline) => !seen.ids.includes(one.id) && isListedMeanwhile(one, seen, history);
    const own = seen.walk.whole ? there.filter(isOnNoPage).map(({ id }) => id) : [];
    // Others come and go: one that is left out twice, and there before and after, was there.
    const others = foreignersLeft(seen, walks).filter((id) => lost.filter((one) => one === id).length > 1);
    const left = [...own, ...others];
    return doubled.length + left.length > 0 ? [{ seen, doubled, left }] : [];
  });
  if (wrong.length < 2 || !wrong[0]) return [];
  const [{ seen, doubled, left }] = wrong;
  const what = [
    ...(left.length > 0
      ? [
          `${left.length} widgets were on no page (${left[0]?.startsWith("foreign-") ? "others', that were there before the run" : left[0]})`,
        ]
      : []),
    ...(doubled.length > 0 ? [`${doubled.length} widgets came twice (${doubled[0]?.id})`] : []),
  ].join(", ");
  const says = `Through ${seen.pages.length} pages, while nothing was written, ${what}; ${wrong.length} of ${quiet.length} walks went so.`;
  return [{ rule: "LIST-3", level: "fail", says, calls: seen.pages.map(({ n }) => n) }];
}

/** Widgets of others that are on no page of a walk, and in the list as a whole before it and after it. */
function foreignersLeft(seen: Seen, walks: readonly Seen[]): string[] {
  const whole = walks.filter(({ walk, pages }) => walk.whole && pages.length === 1);
  const before = whole.findLast(({ ended }) => ended < seen.began);
  const after = whole.find(({ began }) => began > seen.ended);
  if (!before || !after || !seen.walk.whole) return [];
  return before.ids.filter((id) => id.startsWith("foreign-") && after.ids.includes(id) && !seen.ids.includes(id));
}

function seenWalks({ walks, exchanges, items }: History): Seen[] {
  if (!items) return [];
  const byNumber = new Map(exchanges.map((exchange) => [exchange.n, exchange]));
  return walks.map((walk) => {
    const pages = walk.calls.map((n) => byNumber.get(n)).filter((page) => page !== undefined);
    const shown = pages.map(({ response }) => (itemsAt(response?.body, items) ?? []).map(({ id }) => String(id)));
    return {
      walk,
      pages,
      ids: shown.flat(),
      onFirst: shown[0]?.length ?? 0,
      began: pages[0]?.began ?? 0,
      ended: pages.at(-1)?.ended ?? 0,
    };
  });
}

/** Whether pages show more together than the first of them: cursors lead on, if not without fault. */
function hasLedOn({ pages, ids, onFirst }: Seen): boolean {
  return pages.length > 1 && new Set(ids).size > onFirst;
}

/** Whether some list shows a widget while nothing is written before and after a walk: one that no list shows is no matter of pages. */
function isListedMeanwhile({ moments }: JudgedTimeline, { began, ended }: Seen, { exchanges }: History): boolean {
  const writes = exchanges.filter(({ request }) => request.method !== "GET");
  const from = Math.max(0, ...writes.filter((one) => one.ended < began).map((one) => one.ended));
  const to = Math.min(...writes.filter((one) => one.began > ended).map((one) => one.began));
  return moments.some(
    (one) => one.kind === "shown" && one.inList && one.exchange.began > from && one.exchange.ended < to,
  );
}

/** Whether the run wrote nothing while it went through the pages. */
function isQuiet({ began, ended }: Seen, { exchanges }: History): boolean {
  return !exchanges.some((other) => other.request.method !== "GET" && other.began < ended && other.ended > began);
}

/**
 * Whether a widget of the run was there all the time: created before, and not deleted until afterwards. One that is not
 * found by its id either is no matter of pages.
 */
function isThere(
  { created, moments, widget }: JudgedTimeline,
  { began, ended }: Pick<Seen, "began" | "ended">,
): boolean {
  const deleted = moments.find(
    ({ kind, exchange }) =>
      kind === "call" &&
      exchange.operation === "deleteWidget" &&
      exchange.widget === widget &&
      outcomeOf(exchange) !== "refused",
  );
  const until = deleted?.exchange.began ?? Number.POSITIVE_INFINITY;
  const isLost = moments.some((one) => one.kind === "missing" && !one.inList && one.exchange.ended < until);
  return created.ended < began && until > ended && !isLost;
}
