import { expect, test } from "vitest";
import type { RuleId } from "../spec/generated/rules.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { choiceRules } from "./dialect/choice-rules.ts";
import { healthy } from "./subjects/build.test-helper.ts";
import { reportOn, startTime } from "./subjects/target.test-helper.ts";
import { choiceVariants, spelling } from "./subjects/variants/choices.test-helper.ts";
import { variants } from "./subjects/variants.test-helper.ts";

/** As long as real ones are. */
const realCrawls = { ...startTime, crawl: "30s-60s" };

const noVisitors = "it leaves the visitor's operations out";
const noLastCrawl = "without last_crawl nothing tells a draft whose crawl has failed from one that waits for it";

const noEnd = "without last_crawl nothing tells when a recrawl has ended";

/** Rules that are not seen though there is a receiver of events and the mock's adapter, by where that is so, and why. */
const unseenIn: { readonly [variant: string]: { readonly [rule: string]: string } } = {
  "dialect-documented-only": {
    "A-VIS-3": noVisitors,
    "A-VIS-6": noVisitors,
    "A-RECRAWL-4": noLastCrawl,
    "A-EVENT-3": noEnd,
  },
  "choice-a-ext-1-omit": {
    ...{ "A-VIS-3": noVisitors, "A-VIS-6": noVisitors },
    ...{ "A-RECRAWL-4": noLastCrawl, "A-EVENT-3": noEnd },
  },
};

/** What a dialect has for every rule that has choices, but those that are not seen. */
function expectedOf(id: string, chosen: { readonly [rule: string]: unknown }): object {
  const all = choiceRules(publishedDocument).map(
    ({ rule, choices }) => [rule, chosen[rule] ?? choices[0]?.choice] as const,
  );
  return { ...Object.fromEntries(all.filter(([rule]) => !Object.hasOwn(unseenIn[id] ?? {}, rule))), unsupported: {} };
}

function chosenBy(id: string, rules: readonly RuleId[]): { readonly [rule: string]: unknown } {
  if (id.startsWith("dialect-")) return publishedDocument["x-dialects"][id.slice("dialect-".length)] ?? {};
  const [rule = ""] = rules;
  const choice = id.slice(`choice-${rule}-`.length);
  return { [rule]: choice === "spelled" ? { choice, value: spelling } : choice };
}

test.each(choiceVariants)("$says ($id) is what is observed, and makes a mock of which the same is observed", async ({
  id,
  rules,
  build,
}) => {
  const { dialect } = await reportOn(build(realCrawls));
  expect(dialect).toEqual(expectedOf(id, chosenBy(id, rules)));
  const again = await reportOn(healthy({ ...realCrawls, dialect }));
  expect(again.dialect).toEqual(dialect);
});

const nothingSent = "nothing is sent that would show it";
const sameToAll = "to whoever looks from outside it is no other dialect";
const never = "no rule has a word for it";

/** Honest implementations whose peculiarity a run does not see, and why. */
const unseenVariants: { readonly [variant: string]: string } = {
  "list-of-a-moment": sameToAll,
  "domains-are-a-set": "the rule is about how hosts compare, and lists of them are compared by it",
  "recrawl-meanwhile-is-answered-429": "it is taken for the pace, and tried again until the crawl has ended",
  "sites-by-https-alone": nothingSent,
  "create-takes-two-members": nothingSent,
  "tight-limits": nothingSent,
  "modes-are-free": nothingSent,
  "site-gets-a-scheme": nothingSent,
  "bodies-before-keys": nothingSent,
  "conversations-follow-updates": "no adapter reads a conversation that is running",
  "a-pause-ends-conversations": "no adapter reads a conversation that is running",
  "failed-first-crawl-is-tried-again": sameToAll,
  "failed-recrawl-is-an-error": "no recrawl can be made to fail",
  "loader-knows-origins": nothingSent,
  "reads-lag": "reads come when they have to show what was written",
  "list-lags-behind-get": "reads come when they have to show what was written",
  "create-ignores-the-rest": "what a create takes is no choice, and binds where it was seen",
  "create-rejects-markup": "a create that is refused is made again without the value",
  "first-crawl-makes-texts-anew": never,
  "recrawls-are-slow": never,
  "recrawls-are-quick": never,
  "pause-cancels-the-recrawl": never,
  "site-is-recrawled-once-an-hour": "it is taken for the pace, and given up",
  "sites-share-an-index": never,
  "creates-are-limited": sameToAll,
  "load-balancer-fails-now-and-then": never,
  "crawls-are-short": never,
  "crawls-are-long": never,
  "crawls-are-uneven": never,
  "quota-is-answered-402": never,
  "quota-is-answered-403": never,
  "quota-is-answered-409": never,
  "quota-is-shared": never,
  "too-many-requests-now-and-then": sameToAll,
  "unavailable-now-and-then": sameToAll,
  "broken-now-and-then": never,
  "connections-get-lost": never,
  "unavailable-after-the-effect": sameToAll,
  "rate-is-limited": sameToAll,
  "organization-is-busy": sameToAll,
};

/** What else shows of some, besides the rules that they are about. */
const alsoShows: { readonly [variant: string]: readonly RuleId[] } = {
  // Pausing a draft and pausing again are answered alike.
  "repeated-pause-is-answered-400": ["A-PAUSE-3"],
  "repeated-pause-is-answered-422": ["A-PAUSE-3"],
  // A query that is wrong is answered otherwise than a body.
  "one-status-for-bad-bodies": ["A-LIST-2", "A-LIST-5"],
  // What comes again with its key has the name of what is there.
  "names-are-unique": ["A-IDEM-1"],
  // So have updates of several members, on whatever widget, and nothing tells which of them was refused.
  "names-are-unique-always": ["A-IDEM-1", "A-LIMIT-1", "A-PATCH-6"],
  // It is taken out of pages that are made already.
  "failed-first-crawl-removes": ["A-LIST-6"],
  // It looks at the page size, the state or the quota before it looks at who asks.
  "list-refuses-large-pages": ["A-AUTH-2"],
  "list-refuses-pages-above-32": ["A-AUTH-2"],
  "crawling-is-not-deleted": ["A-AUTH-3"],
  // Its lists have not the members that its gets add.
  "members-everywhere": ["A-LIST-7"],
  // Nothing tells that a value was refused, and not an update in that status.
  "voices-are-a-list": ["A-LIMIT-1", "A-PATCH-6"],
  "values-are-picked": ["A-PATCH-2", "A-PATCH-6"],
  "modes-are-fixed": ["A-PATCH-6"],
  "hosts-are-known": ["A-PATCH-6"],
  "names-are-latin": ["A-PATCH-6"],
  // What is paused is locked as well while its recrawl runs.
  "recrawls-lock-the-widget": ["A-PAUSE-2"],
  // It writes into bodies that are signed already.
  "ids-of-another-alphabet": ["A-EVENT-1"],
  // What it puts in the place of an answer has no such field.
  "delete-takes-twenty-seconds": ["A-ERR-2"],
  "everybody-is-locked-out": ["A-ERR-1"],
  // Visitors are let in until it is paused, and still turned away while it is resumed.
  "pause-takes-two-seconds": ["A-VIS-3"],
  "changes-take-three-seconds-and-are-counted": ["A-VIS-3"],
};

const others = variants.filter(({ id }) => !/^(choice|dialect)-/.test(id));

test.each(others)("$says ($id) is told as a dialect, and under no other rule", async ({
  id,
  rules,
  build,
  authorize,
  told = {},
}) => {
  const report = await reportOn(build(startTime), told, authorize);
  const departures = report.rules.filter(({ basis, verdict }) => basis === "assumed" && verdict === "note");
  const foreign = departures.filter((one) => ![...rules, ...(alsoShows[id] ?? [])].includes(one.id));
  expect(foreign.map((one) => `${one.id}: ${one.findings[0]?.message}`)).toEqual([]);
  expect(departures.length > 0).toBe(!Object.hasOwn(unseenVariants, id));
  expect(() => healthy({ dialect: report.dialect }).close()).not.toThrow();
});
