import { isJsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import type { Observation } from "../history/observation.ts";
import { widgetIn } from "../history/views.ts";
import { longestOf, windowMs } from "../history/window.ts";
import type { Sighting } from "./sighting.ts";
import { shownBefore } from "./visit-sightings.ts";

/** A recrawl that an adapter has looked at before, during and after it. */
interface Round {
  readonly recrawl: Exchange;
  readonly looks: readonly Observation[];
}

/** What a visitor gets before, during and after a recrawl (RECRAWL-1 and RECRAWL-3 to RECRAWL-5). */
export function recrawlSightings(history: History): Sighting[] {
  return roundsOf(history).flatMap((round) =>
    [during(round, history), meanwhile(round), afterwards(round, history), talking(round, history)]
      .filter((one) => one !== undefined)
      .map((one) => ({ ...one, calls: [round.recrawl.n] })),
  );
}

/** RECRAWL-3. */
function during({ recrawl, looks }: Round, { waits }: History): Sighting | undefined {
  const [before, look] = [find(looks, "visibleIndex", "active"), find(looks, "visibleIndex", "recrawling")];
  const fastest = Math.min(...waits.filter(({ ended }) => ended === "active").map(({ from, to }) => to - from));
  // In half the time of the fastest crawl that was seen none can have ended.
  const isSoon = look !== undefined && look.t1 - recrawl.t0 < fastest / 2;
  if (before?.result === undefined || look?.result === undefined || !isSoon) return undefined;
  const says = "Visitors got another index at once, before a crawl can have ended.";
  return { rule: "RECRAWL-3", says: before.result === look.result ? undefined : says };
}

/** RECRAWL-3: until the new index is there visitors get the old one, and nothing between them. */
function meanwhile({ looks }: Round): Sighting | undefined {
  const told = (when: string) => looks.filter((one) => one.member === "visibleIndex" && one.when === when);
  const known = [...told("active"), ...told("recrawled").slice(-1)].map(({ result }) => result);
  const between = told("meanwhile").filter(({ result }) => result !== undefined);
  if (known.length < 2 || known.includes(undefined) || between.length === 0) return undefined;
  const other = between.some(({ result }) => !known.includes(result));
  const says = "While the recrawl ran visitors got an index that is neither the old one nor the new one.";
  return { rule: "RECRAWL-3", says: other ? says : undefined };
}

/** How much longer than a first crawl a recrawl was seen to take. */
const slower = 1.15;

/** RECRAWL-4; or RECRAWL-1 where our extension `last_crawl` tells that no crawl ran. */
function afterwards(round: Round, history: History): Sighting | undefined {
  const { recrawl, looks } = round;
  const [before, look] = [find(looks, "visibleIndex", "active"), find(looks, "visibleIndex", "recrawled")];
  const longest = longestOf(history.waits);
  const isLate = look !== undefined && look.t0 - recrawl.t1 >= Math.max(windowMs(longest), slower * longest);
  const hasChanged = find(looks, "changeSite", "active")?.result !== undefined;
  if (!hasChanged || before?.result === undefined || look?.result === undefined || !isLate) return undefined;
  if (before.result !== look.result) return { rule: "RECRAWL-4", says: undefined };
  const says = "The site changed, and visitors still get the index of before the recrawl.";
  return { rule: hasSameCrawl(round, history) ? "RECRAWL-1" : "RECRAWL-4", says };
}

/** RECRAWL-5. */
function talking({ looks }: Round, history: History): Sighting | undefined {
  const [before, look] = [find(looks, "startConversation", "active"), find(looks, "startConversation", "recrawling")];
  const isActive = look !== undefined && shownBefore(look, history)?.["status"] === "active";
  if (!started(before) || look?.result === undefined || !isActive) return undefined;
  return { rule: "RECRAWL-5", says: started(look) ? undefined : "No conversation started during the recrawl." };
}

function started(look: Observation | undefined): boolean {
  return isJsonObject(look?.result) && look.result["started"] === true;
}

function find(looks: readonly Observation[], member: string, when: string): Observation | undefined {
  return looks.findLast((one) => one.member === member && one.when === when);
}

/** The accepted recrawls of the visitor's lane, each with the looks around it. */
function roundsOf({ exchanges, observations }: History): Round[] {
  const scripts = [...new Set(observations.filter(({ when }) => when === "recrawling").map(({ widget }) => widget))];
  return scripts.flatMap((script) => {
    const rounds: Observation[][] = [];
    let last: Observation["when"] = "recrawled";
    for (const look of observations.filter(
      ({ widget, when }) => widget === script && when !== "arrived" && when !== "settled",
    )) {
      if (look.when === "active" && last !== "active") rounds.push([]);
      rounds.at(-1)?.push(look);
      last = look.when;
    }
    const recrawls = exchanges.filter(({ operation, widget }) => operation === "recrawlWidget" && widget === script);
    return recrawls.flatMap((recrawl, n) =>
      outcomeOf(recrawl) === "done" ? [{ recrawl, looks: rounds[n] ?? [] }] : [],
    );
  });
}

/** Whether the widget still tells of the same crawl long after it was recrawled. */
function hasSameCrawl({ recrawl }: Round, { exchanges }: History): boolean {
  const views = exchanges
    .filter(({ operation, widget }) => operation === "getWidget" && widget === recrawl.widget)
    .map(({ began, response }) => ({ began, crawl: widgetIn(response?.body)?.["last_crawl"] }))
    .filter(({ crawl }) => crawl !== undefined);
  const before = views.findLast(({ began }) => began < recrawl.began)?.crawl;
  const after = views.filter(({ began }) => began > recrawl.ended).at(-1)?.crawl;
  return before !== undefined && JSON.stringify(before) === JSON.stringify(after);
}
