import { type Exchange, isWrite, outcomeOf, ownCallsOf } from "../history/exchange.ts";
import { groupBy } from "../history/group-by.ts";
import type { History } from "../history/history.ts";
import { queryOf, saysNothingMore } from "../history/pages.ts";
import { deletedFrom, type JudgedTimeline, viewsIn } from "../history/timeline.ts";
import { itemsAt } from "../history/views.ts";
import {
  isUnchangedAround,
  mostEmptyInWalks,
  type PagedWalk,
  pagedWalks,
  sizeOf,
  wholeAround,
} from "../history/walks.ts";
import { acceptedCalls, timesListed } from "./calls.ts";
import { movedTimes, shownToAll } from "./object.ts";
import type { Breach, Found, RuleContext, RuleEntry, WatchedBreach } from "./rule-entry.ts";
import { atRest, pagesWithoutCursor, refusedCursors, standingPages, unlessChanged } from "./watched-lists.ts";

const ofLists = { isOfLists: true, needsWholePlan: true } as const satisfies RuleEntry;

/** The rules about lists and their pages. */
export const listRules = {
  "LIST-1": { ...ofLists, evidence: timesListed, ...shownToAll(longPages) },
  "LIST-2": {
    ...ofLists,
    evidence: (context) => (context.history.next?.verified ? acceptedCalls(context, "listWidgets").length : 0),
    findings: (context) => [...deadCursors(context), ...standingWalks(context), ...endlessWalks(context)].slice(0, 1),
    watched: watchedCursors,
    // Where a page leads nowhere no way through the list is whole.
    hides: (other, context) => other.finding.rule === "LIST-3" || isOfPages(other, context),
  },
  "LIST-3": {
    ...ofLists,
    evidence: ({ history }) => history.walks.filter(({ whole, calls }) => whole && calls.length > 1).length,
    findings: unevenWalks,
    watched: (context) => {
      const resting = atRest(context);
      return watchedCursors(context).length > 0 ? [] : unlessChanged(unevenWalks(resting), resting);
    },
    // What only pages leave out is no matter of what is listed.
    hides: isOfPages,
  },
  "LIST-4": {
    ...ofLists,
    // An entry that has an id alone can be compared with nothing.
    evidence: ({ timelines }) =>
      timelines.flatMap(viewsIn).filter(({ inList, widget }) => inList && Object.keys(widget).length > 1).length,
    ...shownToAll((context) => movedTimes(context, "lists")),
    relaxations: [
      {
        breadth: 71,
        onlyViews: true,
        isFirstOf: "lists",
        fits: ({ view }) => view.kind === "shown" && view.inList,
      },
    ],
  },
} satisfies { readonly [rule: string]: RuleEntry };

/** What whoever only watches sees of cursors that do not lead on. */
function watchedCursors(context: RuleContext): WatchedBreach[] {
  const resting = atRest(context);
  const walked = unlessChanged([...standingPages(resting), ...endlessWalks(resting)], resting);
  return [...refusedCursors(context), ...pagesWithoutCursor(context), ...walked].slice(0, 1);
}

/** Whether it was found on several pages that a widget is not listed. */
function isOfPages({ finding: { rule, calls }, by }: Found, { history }: RuleContext): boolean {
  const last = calls.at(-1) ?? 0;
  const isOfWalk = history.walks.some((walk) => walk.calls.length > 1 && walk.calls.includes(last));
  return (rule === "SCOPE-3" || rule === "CREATE-6") && by === "timeline" && isOfWalk;
}

/** Pages with more widgets than their limit allows. */
function longPages({ history: { items }, done }: RuleContext): Breach[] {
  return done
    .filter(({ operation }) => operation === "listWidgets")
    .flatMap((exchange): Breach[] => {
      const { n, response } = exchange;
      const limit = Number(queryOf(exchange).get("limit"));
      // An array that is too long to keep is that of the items, wherever it is.
      const listed = response?.cutItems ?? (items && itemsAt(response?.body, items)?.length) ?? 0;
      if (!(limit > 0) || listed <= limit) return [];
      return [{ message: `limit=${limit} returned ${listed} widgets.`, calls: [n] }];
    })
    .slice(0, 3);
}

/** A page that does not say how to go on, or that says what leads to itself again or is refused. */
function deadCursors({ history, timelines }: RuleContext): Breach[] {
  const { next, exchanges, items } = history;
  if (next?.verified || !items || pagedWalks(history).some(hasLedOn)) return [];
  const single = ownCallsOf(exchanges, "listWidgets").filter(({ request }) => /limit=1(&|$)/.test(request.path));
  const first = single.find(({ request }) => !request.path.includes("cursor="));
  const second = single.find(({ request }) => request.path.includes("cursor="));
  if (!first || timelines.filter((one) => isThere(one, first)).length < 2) return [];
  const listed = itemsAt(first.response?.body, items) ?? [];
  if (first.response && !next && listed.length === 1 && saysNothingMore(first.response, items)) {
    const message = "A page with one of several widgets has no cursor to the next.";
    return [{ message, calls: [first.n] }];
  }
  if (!second) return [];
  const calls = [first.n, second.n];
  if (outcomeOf(second) === "refused") {
    return [{ message: `The cursor of the first page returned ${second.response?.status}.`, calls }];
  }
  const id = listed[0]?.["id"];
  if (id === undefined || id !== itemsAt(second.response?.body, items)?.[0]?.["id"]) return [];
  return [{ message: `The cursor of the first page leads to the first page again, ${id}.`, calls }];
}

/**
 * Pages of a size whose cursors lead to the same page again, each time that they were followed while nothing changed. Where
 * larger pages begin with the last widget of the page before, that is all that is wrong (LIST-3): a page of one stands still.
 */
function standingWalks({ history }: RuleContext): Breach[] {
  const all = walksBySize(history);
  if (all.flat().some(repeatsAnchors)) return [];
  return all.flatMap((walks): Breach[] => {
    const standing = walks.map((walk) => ({ walk, at: repeatedPage(walk) })).filter(({ at }) => at > 0);
    const [first] = standing;
    if (!first || standing.length < walks.length || standing.length < 2) return [];
    const { pages } = first.walk;
    const size = sizeOf(first.walk);
    const message = `With ${size > 0 ? `limit=${size}` : "no limit"} the cursor of page ${first.at} leads to the same page again, in ${standing.length} of ${walks.length} walks.`;
    return [{ message, calls: pages.slice(0, first.at + 1).map(({ n }) => n) }];
  });
}

/** Whether pages of several widgets each begin with the last one of the page before. */
function repeatsAnchors({ byPage }: PagedWalk): boolean {
  const [first = [], ...later] = byPage;
  return first.length > 1 && later.length > 0 && later.every((ids, n) => ids[0] === byPage[n]?.at(-1));
}

/** The number of a page that the next one repeats; 0 where none does. */
function repeatedPage({ byPage }: PagedWalk): number {
  const isRepeated = (ids: readonly string[], n: number) => ids.length > 0 && ids.join() === byPage[n + 1]?.join();
  return byPage.findIndex(isRepeated) + 1;
}

/** Lists that go on with one empty page after the other. */
function endlessWalks({ history }: RuleContext): Breach[] {
  const walk = pagedWalks(history).find(({ byPage }) => {
    const last = byPage.slice(-mostEmptyInWalks);
    return last.length === mostEmptyInWalks && last.every((ids) => ids.length === 0);
  });
  if (!walk) return [];
  const { pages } = walk;
  const message = `The list has no end: ${mostEmptyInWalks} pages in a row were empty, and the last of ${pages.length} still has a cursor.`;
  return [{ message, calls: pages.slice(-2).map(({ n }) => n) }];
}

/** The walks of several pages while nothing was written, and nobody else's widgets came or went, by their page sizes. */
function walksBySize(history: History): PagedWalk[][] {
  const walks = pagedWalks(history);
  const steady = walks.filter((walk) => isQuiet(walk, history) && isSteady(walk, walks) && walk.pages.length > 1);
  return [...groupBy(steady, sizeOf).values()];
}

/** While nothing is written, every widget comes once. Told only where a second walk shows it too. */
function unevenWalks({ history, timelines }: RuleContext): Breach[] {
  const walks = pagedWalks(history);
  const quiet = walksBySize(history).flat();
  const wrong = quiet.flatMap((walk) => {
    // Where others come and go, pages by offset drift.
    const isSettled = ({ created }: JudgedTimeline) =>
      (walk.pages[0]?.t0 ?? 0) >= created.t1 + history.settings.readLagMs;
    const isSeen = (timeline: JudgedTimeline) => isThere(timeline, walk) && isSettled(timeline);
    const there = isUnchangedAround(walk, walks) ? timelines.filter(isSeen) : [];
    const doubled = there.map(({ id }) => id).filter((id) => walk.ids.filter((one) => one === id).length > 1);
    const isOnNoPage = (one: JudgedTimeline) => !walk.ids.includes(one.id) && isListedMeanwhile(one, walk, history);
    const own = walk.isWhole ? there.filter(isOnNoPage).map(({ id }) => id) : [];
    // Others come and go: one that every walk in such pages leaves out, and that is there before and after, was there.
    const alike = quiet.filter((one) => sizeOf(one) === sizeOf(walk));
    const isLost = (id: string) => alike.length > 1 && alike.every(({ ids }) => !ids.includes(id));
    const others = foreignersLeft(walk, walks).filter(isLost);
    const left = [...own, ...others];
    return doubled.length + left.length > 0 ? [{ walk, doubled, left }] : [];
  });
  // What the next walk in pages of that size has not was no matter of pages.
  const isRefuted = (walk: PagedWalk) => {
    const next = quiet.find((one) => one.began > walk.ended && sizeOf(one) === sizeOf(walk));
    return next !== undefined && next.pages.length === walk.pages.length && !wrong.some((one) => one.walk === next);
  };
  const again = wrong.filter(({ walk }) => !isRefuted(walk));
  const [first] = again;
  if (!first || again.length < 2) return [];
  const { pages } = first.walk;
  const message = `On a walk of ${pages.length} pages, while nothing was written, ${unevennessOf(first)}: wrong in ${wrong.length} of ${quiet.length} walks.`;
  return [{ message, calls: pages.map(({ n }) => n) }];
}

function unevennessOf({ left, doubled }: { readonly left: readonly string[]; readonly doubled: readonly string[] }) {
  const [missing] = left;
  const whose = missing?.startsWith("foreign-") ? "of others, from before the run" : missing;
  return [
    ...(missing === undefined ? [] : [`${left.length} widgets were on no page (${whose})`]),
    ...(doubled.length > 0 ? [`${doubled.length} widgets were listed twice (${doubled[0]})`] : []),
  ].join(", ");
}

/**
 * Whether nobody else's widgets came or went around a walk, as far as the whole walks before it and after it show: offsets
 * drift when they do (A-LIST-4).
 */
function isSteady(walk: PagedWalk, walks: readonly PagedWalk[]): boolean {
  const foreignersIn = (all: readonly string[]) => new Set(all.filter((id) => id.startsWith("foreign-")));
  const { before, after } = wholeAround(walk, walks);
  const [first, last] = [before, after].map((one) => foreignersIn(one?.ids ?? []));
  if (!first || !last || (!before && !after)) return foreignersIn(walk.ids).size === 0;
  return first.size === last.size && [...first].every((id) => last.has(id));
}

/** Widgets of others that are on no page of a walk, and in the list as a whole before it and after it. */
function foreignersLeft(walk: PagedWalk, walks: readonly PagedWalk[]): string[] {
  const { before, after } = wholeAround(walk, walks);
  if (!before || !after || !walk.isWhole) return [];
  return before.ids.filter((id) => id.startsWith("foreign-") && after.ids.includes(id) && !walk.ids.includes(id));
}

/** Whether pages show more together than the first of them: cursors lead on, if not without fault. */
function hasLedOn({ pages, ids, byPage: [first = []] }: PagedWalk): boolean {
  return pages.length > 1 && new Set(ids).size > first.length;
}

/** Whether some list shows a widget while nothing is written before and after a walk: one that no list shows is no matter of pages. */
function isListedMeanwhile({ moments }: JudgedTimeline, { began, ended }: PagedWalk, { exchanges }: History): boolean {
  const writes = exchanges.filter(isWrite);
  const from = Math.max(0, ...writes.filter((one) => one.ended < began).map((one) => one.ended));
  const to = Math.min(...writes.filter((one) => one.began > ended).map((one) => one.began));
  return moments.some(
    (one) => one.kind === "shown" && one.inList && one.exchange.began > from && one.exchange.ended < to,
  );
}

/** Whether the run wrote nothing while it went through the pages. */
function isQuiet({ began, ended }: PagedWalk, { exchanges }: History): boolean {
  return !exchanges.some((other) => isWrite(other) && other.began < ended && other.ended > began);
}

/**
 * Whether a widget of the run was there all the time: created before, and not deleted until afterwards. One that is not
 * found by its id either is no matter of pages.
 */
function isThere(timeline: JudgedTimeline, { began, ended }: Pick<Exchange, "began" | "ended">): boolean {
  const until = deletedFrom(timeline);
  const isLost = timeline.moments.some((one) => one.kind === "missing" && !one.inList && one.exchange.ended < until);
  return timeline.created.ended < began && until > ended && !isLost;
}
