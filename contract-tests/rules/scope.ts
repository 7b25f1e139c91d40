import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import {
  type CallerRole,
  type Exchange,
  isNotFound,
  isWrite,
  outcomeOf,
  ownCallsOf,
  wrongCallers,
} from "../history/exchange.ts";
import { itemsAt, widgetIn } from "../history/views.ts";
import { crawlSignAfter } from "./begun-crawls.ts";
import { timesListed } from "./calls.ts";
import { failuresOf } from "./failures.ts";
import type { Breach, RuleContext, RuleEntry } from "./rule-entry.ts";
import { serverErrorsOf } from "./server-errors.ts";

/** The rules about whose widgets a caller reaches: what somebody else reaches is proof in one exchange. */
export const scopeRules = {
  "SCOPE-1": ofCallers(["anonymous", ...wrongCallers], (context) => withoutOtherKeys(context), ["anonymous"]),
  "SCOPE-2": ofCallers(["other"], (context) => breachesBy(context, "other"), ["other"]),
  "SCOPE-3": {
    isOfLists: true,
    needsWholePlan: true,
    evidence: timesListed,
    findings: failuresOf("listWidgets"),
    watched: serverErrorsOf("listWidgets"),
    relaxations: [{ breadth: 70, onlyViews: true, fits: ({ view }) => view.kind === "missing" && view.inList }],
  },
} satisfies { readonly [rule: string]: RuleEntry };

type Foreigner = Exclude<CallerRole, "own">;

/** How a sentence names a caller. */
const names: { readonly [caller in Foreigner]: string } = {
  anonymous: "without a credential",
  other: "of another organization",
  "made-up": "with a key that nobody has",
  "cut-short": "with this organization's key cut short",
  extended: "with this organization's key and more behind it",
  "other-case": "with this organization's key in the other case",
  "other-scheme": "with a key that nobody has, under another scheme",
};

/**
 * The entry of a rule about what callers must not reach.
 * @param shown the callers of whom a watcher can tell: what they are shown needs no read before and after
 */
function ofCallers(
  callers: readonly Foreigner[],
  findings: (context: RuleContext) => Breach[],
  shown: readonly Foreigner[],
) {
  const isOne = ({ caller }: Exchange) => callers.some((one) => one === caller);
  return {
    isProof: true,
    needsPart: "other-callers",
    evidence: ({ history }) => history.exchanges.filter((one) => isOne(one) && one.response).length,
    findings,
    watched: (context) => shown.flatMap((caller) => [...shownTo(context, caller), ...leakedTo(context, caller)]),
  } as const satisfies RuleEntry;
}

function breachesBy(context: RuleContext, caller: Foreigner): Breach[] {
  return [
    ...writesOf(context, caller),
    ...createsOf(context, caller),
    ...shownTo(context, caller),
    ...leakedTo(context, caller),
  ];
}

/**
 * What callers without a valid credential reach. A service may take a changed key for that of another organization: where one
 * that nobody has reaches nothing, and another organization's does, it is a matter of organizations.
 */
function withoutOtherKeys(context: RuleContext): Breach[] {
  const isOfOrganizations = breachesBy(context, "made-up").length === 0 && breachesBy(context, "other").length > 0;
  const callers = ["anonymous", ...wrongCallers] as const;
  return callers
    .filter((caller) => !isOfOrganizations || !changedKeys.some((one) => one === caller))
    .flatMap((caller) => breachesBy(context, caller));
}

/** The callers whose key is made from the organization's own. */
const changedKeys = ["cut-short", "extended", "other-case"] as const satisfies readonly Foreigner[];

/** What somebody else has done to a widget, whatever was answered: the reads before and after show it. */
function writesOf(context: RuleContext, caller: Foreigner): Breach[] {
  const { history } = context;
  const reads = ownCallsOf(history.exchanges, "getWidget");
  return history.exchanges.flatMap((write): Breach[] => {
    if (write.caller !== caller || !isWrite(write) || !write.response) return [];
    const own = reads.filter(({ widget }) => widget === write.widget);
    const [seen, read] = [own.findLast((one) => one.ended < write.began), own.find((one) => one.began > write.ended)];
    const before = widgetIn(seen?.response?.body);
    const shown = read && shownEffect(write, before, read, context);
    if (!read || !shown) return [];
    // Of several that may have done it those that were accepted have; and what the organization itself may have done proves nothing.
    const between = history.exchanges.filter(
      (one) => one.widget === write.widget && one.ended > (seen?.ended ?? 0) && one.began < read.began,
    );
    const isAlike = (one: Exchange) =>
      one.operation === write.operation && one.caller !== "own" && outcomeOf(one) === "done";
    const isOwn = (one: Exchange) => one.caller === "own" && isWrite(one);
    const isOther = between.some(isOwn) || (outcomeOf(write) !== "done" && between.some(isAlike));
    const answer = outcomeOf(write) === "done" ? "" : `, though the response was ${write.response.status}`;
    const message = `A caller ${names[caller]} could ${shown.what}${answer}.`;
    return isOther ? [] : [{ message, calls: [write.n, ...shown.calls], expected: "a 4xx response, and no effect" }];
  });
}

/** What a write has done, with the calls that show it; undefined where nothing does. What comes of a recrawl shows later. */
function shownEffect(
  write: Exchange,
  before: JsonObject | undefined,
  read: Exchange,
  context: RuleContext,
): { readonly what: string; readonly calls: readonly number[] } | undefined {
  const sign = write.operation === "recrawlWidget" ? crawlSignAfter(write, context) : undefined;
  if (sign) return { what: `have a site crawled: ${sign.what}`, calls: sign.calls };
  const what = before && effectOf(write, before, read);
  return what === undefined ? undefined : { what, calls: [read.n] };
}

/** What a write has done, by the reads before it and after it; undefined where nothing shows it. */
function effectOf(write: Exchange, before: JsonObject, read: Exchange): string | undefined {
  const after = widgetIn(read.response?.body);
  if (!after) return write.operation === "deleteWidget" && isNotFound(read) ? "delete a widget" : undefined;
  return effects[write.operation]?.(write, before, after);
}

/** What an operation has done to a widget that is still there, by how it was shown before and after. */
const effects: {
  readonly [operation: string]: (write: Exchange, before: JsonObject, after: JsonObject) => string | undefined;
} = {
  pauseWidget: (_, before, { status }) =>
    before["status"] === "active" && status !== undefined && status !== "active"
      ? `pause a widget: it is ${status}`
      : undefined,
  resumeWidget: (_, before, { status }) =>
    before["status"] !== "active" && status === "active" ? "resume a widget" : undefined,
  recrawlWidget: (write, before, after) => (isSaidToCrawl(write, before, after) ? "have a site crawled" : undefined),
  updateWidget: ({ request }, before, after) => {
    const [name = "", value] = Object.entries(request.body ?? {})[0] ?? [];
    const isWritten = after[name] === value && before[name] !== value;
    return isWritten ? `update a widget: its ${name} is ${JSON.stringify(value)}` : undefined;
  },
};

/** Whether the answer to a recrawl is that of one that was accepted, and the widget does not say that none was begun. */
function isSaidToCrawl(write: Exchange, before: JsonObject, after: JsonObject): boolean {
  if (before["last_crawl"] && after["last_crawl"]) return false;
  // An answer with a body that shows no widget may well say that it was refused.
  const { body } = write.response ?? {};
  return outcomeOf(write) === "done" && (body === undefined || widgetIn(body)?.["id"] === before["id"]);
}

function idShown({ response }: Exchange): unknown {
  return widgetIn(response?.body)?.["id"];
}

/** Widgets that somebody else has created, and that the organization finds among its own, whatever was answered. */
function createsOf(context: RuleContext, caller: Foreigner): Breach[] {
  const creates = context.history.exchanges.filter(
    (one) => one.caller === caller && one.operation === "createWidget" && one.response,
  );
  return creates.flatMap((create): Breach[] => {
    const isAccepted = outcomeOf(create) === "done";
    const found = isAccepted ? ownReadOf(create, context) : ownListWith(create, context);
    if (!found) return [];
    const answer = isAccepted ? "" : `, though the response was ${create.response?.status}`;
    const message = `A caller ${names[caller]} could create a widget of this organization${answer}.`;
    return [{ message, calls: [create.n, found.n], expected: "a 4xx response, and no effect" }];
  });
}

/** The organization's own read of a widget that somebody else has created. */
function ownReadOf(create: Exchange, { done }: RuleContext): Exchange | undefined {
  const { widget } = create;
  if (widget === undefined) return undefined;
  return ownCallsOf(done, "getWidget").find((one) => one.widget === widget && idShown(one) === idShown(create));
}

/** The organization's own list, where it shows what somebody else could not create: the run gives each name once. */
function ownListWith({ request, ended }: Exchange, { done, history }: RuleContext): Exchange | undefined {
  const name = request.body?.["name"];
  const { items } = history;
  if (typeof name !== "string" || !items) return undefined;
  return ownCallsOf(done, "listWidgets").find(
    ({ began, response }) => began > ended && itemsAt(response?.body, items)?.some((item) => item["name"] === name),
  );
}

/** What somebody else was shown: any widget to a caller without a credential, one of the run's to every other. */
function shownTo({ history, done, timelines }: RuleContext, caller: Foreigner): Breach[] {
  const ids = new Set(timelines.map(({ id }) => id));
  // What a create shows it has made itself, whatever id that is given: whose it is a read shows.
  const mayShow = ({ operation }: Exchange) => caller === "anonymous" || operation !== "createWidget";
  return done
    .filter((exchange) => exchange.caller === caller && mayShow(exchange))
    .flatMap((exchange) => {
      const { operation, response, n } = exchange;
      const items = operation === "listWidgets" ? history.items && itemsAt(response?.body, history.items) : undefined;
      const all = operation === "listWidgets" ? (items ?? []) : [widgetIn(response?.body) ?? {}];
      const shown = all.filter(({ id }) => id !== undefined && (caller === "anonymous" || ids.has(String(id))));
      if (shown.length === 0) return [];
      const what = shown.length === 1 ? "a widget" : `${shown.length} widgets`;
      return [
        { message: `${operation} showed ${what} of this organization to a caller ${names[caller]}.`, calls: [n] },
      ];
    });
}

/** What the body of a rejection gives away: the name of a widget that whoever asked has not sent. */
function leakedTo({ history, timelines }: RuleContext, caller: Foreigner): Breach[] {
  const namesOfWidgets = timelines.flatMap(({ created }) => {
    const name = created.request.body?.["name"];
    return typeof name === "string" && name.length >= minTellingName ? [name] : [];
  });
  return history.exchanges.flatMap((one): Breach[] => {
    const { n, operation, request, response } = one;
    if (one.caller !== caller || response?.body === undefined || outcomeOf(one) !== "refused") return [];
    const [said, sent] = [textsIn(response.body), textsIn(request.body)];
    const leaked = namesOfWidgets.find((name) => said.includes(name) && !sent.includes(name));
    if (leaked === undefined) return [];
    const message = `${operation} returned ${response.status} to a caller ${names[caller]}, with the name of a widget of this organization in the body.`;
    return [{ message, calls: [n], expected: "a 4xx response that shows nothing of the widget" }];
  });
}

/** Shorter names may stand in any body. */
const minTellingName = 6;

/** All texts of a body, as one. */
function textsIn(body: Json | undefined): string {
  if (typeof body === "string") return `${body}\n`;
  if (typeof body !== "object" || body === null) return "";
  return Object.values(body).map(textsIn).join("");
}
