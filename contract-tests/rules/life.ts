import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { outcomeOf } from "../history/exchange.ts";
import type { Wait } from "../history/history.ts";
import { viewsIn, writesIn } from "../history/timeline.ts";
import { timesActive } from "./calls.ts";
import { crawlsShown } from "./crawls.ts";
import type { Breach, RuleContext, RuleEntry } from "./rule-entry.ts";

/** The rules about a widget's life that is left alone. */
export const lifeRules = {
  "LIFE-1": { evidence: timesActive, findings: neverActive },
  "LIFE-2": {
    adapter: ["remains"],
    shown: (context) =>
      crawlsShown(context)
        .filter(({ what }) => what !== "none")
        .map(({ what, pages, ...shown }) => {
          const message = `The widget was active before its first crawl ended: no page was crawled yet, and ${pages} were later.`;
          return what === "crawled" ? { message: undefined } : { ...shown, message };
        }),
    // A first crawl that goes on when the widget is active already stands in the way of others, and still makes texts.
    hides: ({ finding: { rule }, by }) =>
      by === "timeline" && ["RECRAWL-1", "PAUSE-1", "GET-2", "UPDATE-2", "UPDATE-7"].includes(rule),
  },
  "LIFE-4": {
    evidence: timesActive,
    relaxations: [
      {
        breadth: 42,
        onlyViews: true,
        later: (state, { life }) => (state.phase === life.active ? [{ ...state, phase: life.initial }] : []),
      },
    ],
  },
} satisfies { readonly [rule: string]: RuleEntry };

/** Words for what has come to nothing. */
const failure = /fail|error|trouble|problem|unreachable/i;

/**
 * What a widget says of a failure, in words for the place and the value: a member whose name speaks of one and that holds
 * something, or a text that does. What a client writes says nothing of crawls.
 */
function failuresIn(widget: JsonObject, { members }: RuleContext["model"]): string[] {
  const signsIn = (name: string, value: Json): string[] => {
    const text = JSON.stringify(value);
    const isTold = failure.test(name) && Boolean(value) && text !== "[]" && text !== "{}";
    if (isTold || (typeof value === "string" && failure.test(value))) return [`${name} ${text}`];
    return isJsonObject(value) ? Object.entries(value).flatMap(([part, inner = null]) => signsIn(part, inner)) : [];
  };
  return Object.entries(widget)
    .filter(([name]) => name !== "id" && !members.schemas.has(name))
    .flatMap(([name, value = null]) => signsIn(name, value));
}

/** Widgets that were given up as drafts: only where sites are known to be such that they can be crawled. */
function neverActive({ history: { waits, settings, exchanges }, timelines, model }: RuleContext): Breach[] {
  const { life } = model;
  if (!settings.sitesVouched) return [];
  // Who was given up before a crawl may take no longer may become active all the same.
  const isActiveLater = ({ widget }: Wait) =>
    timelines.some(
      (one) => one.widget === widget && viewsIn(one).some((view) => view.widget["status"] === life.active),
    );
  // Of a crawl that says that it has failed nothing more is promised (A-FAIL-1), whatever a recrawl says later.
  // What active widgets say as well tells of nothing that failed, unless they may say it of a recrawl.
  const views = timelines.flatMap((timeline) => {
    const recrawled = writesIn(timeline).find(({ operation }) => life.startsCrawl(operation));
    return viewsIn(timeline).filter(({ exchange }) => !recrawled || exchange.ended < recrawled.began);
  });
  const ofActive = new Set(
    views.flatMap(({ widget }) => (widget["status"] === life.active ? failuresIn(widget, model) : [])),
  );
  const hasFailed = ({ widget }: Wait) =>
    timelines
      .filter((one) => one.widget === widget)
      .flatMap(viewsIn)
      .some((view) => failuresIn(view.widget, model).some((sign) => !ofActive.has(sign)));
  // What was there no more when it was given up is a matter of gets.
  const isThere = ({ widget }: Wait) => {
    const own = exchanges.filter((one) => one.widget === widget);
    const deleted = own.find(({ operation }) => operation === "deleteWidget")?.began ?? Number.POSITIVE_INFINITY;
    const read = own.findLast(({ operation, began }) => operation === "getWidget" && began < deleted);
    return read === undefined || outcomeOf(read) !== "refused";
  };
  const given = waits.filter(
    (wait) => wait.ended === "gave-up" && isThere(wait) && !isActiveLater(wait) && !hasFailed(wait),
  );
  // Where some are active their sites can be crawled.
  const isNone = !timelines.some((one) => viewsIn(one).some(({ widget }) => widget["status"] === life.active));
  const causes = isNone
    ? " No widget of the run was: either the server cannot crawl the sites of --site, or a finished crawl changes no status."
    : "";
  return given.map(({ widget, from, to }) => {
    const message = `The widget was not active ${Math.round((to - from) / 1000)} s after it was created.${causes}`;
    return { message, calls: [], script: widget };
  });
}
