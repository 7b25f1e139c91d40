import type { WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import { outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { itemsAt, widgetIn } from "../history/views.ts";
import { longestOf } from "../history/window.ts";
import { lookAfter, lookBefore, type Watched } from "./looks.ts";
import { offersOf } from "./offers.ts";
import type { Chosen, Sight } from "./sight.ts";
import { failureWords, statusWordOf } from "./status-words.ts";

/** Which words stand for the states of a widget. */
export function statusSights(document: WidgetsDocument, history: History, watched: readonly Watched[]): Sight[] {
  const ordinary = watched.filter(({ created }) => created.probe === undefined);
  const shown = statusesShown(history, ordinary);
  const pauses = ordinary.flatMap(pausedWords);
  const words = new Set(["draft", "active", ...pauses.map(({ word }) => word)]);
  return [
    ...pauses.map(({ word, call }): Sight => ({ rule: "A-ENUM-1", calls: [call], ...spelled(document, word) })),
    ...moreWords(shown, words),
    ...watched.flatMap((one) => failed(document, history, one, draftWords(shown))),
  ];
}

/** A status that a get or a list has shown of a widget of the scripts. */
interface Shown {
  readonly id: string;
  readonly status: string;
  readonly call: number;
}

function statusesShown({ exchanges, items }: History, ordinary: readonly Watched[]): Shown[] {
  const ids = new Set(ordinary.map(({ id }) => id));
  return exchanges.flatMap(({ operation, n, response }) => {
    const isList = operation === "listWidgets";
    const views = isList ? ((items && itemsAt(response?.body, items)) ?? []) : [widgetIn(response?.body) ?? {}];
    return (isList || operation === "getWidget" ? views : []).flatMap(({ id, status }) =>
      typeof id === "string" && ids.has(id) && typeof status === "string" ? [{ id, status, call: n }] : [],
    );
  });
}

/** The words that widgets show until they are active: one whose crawl has failed may go on showing one of them. */
function draftWords(shown: readonly Shown[]): ReadonlySet<string> {
  const active = new Set<string>();
  const words = new Set<string>();
  for (const { id, status } of shown) {
    if (status === "active") active.add(id);
    else if (!active.has(id)) words.add(status);
  }
  return words;
}

/** What an active widget shows right after a pause. */
function pausedWords(one: Watched): { readonly word: string; readonly call: number }[] {
  const pauses = one.writes.filter((write) => write.operation === "pauseWidget" && outcomeOf(write) === "done");
  return pauses.flatMap((pause) => {
    const [before, after] = [lookBefore(one, pause)?.widget["status"], lookAfter(one, pause)];
    const word = after?.widget["status"];
    const isNext = !one.writes.some(({ began }) => after && began > pause.began && began < after.exchange.began);
    const isWord = typeof word === "string" && word !== "draft" && word !== "active";
    return before === "active" && isNext && after && isWord ? [{ word, call: after.exchange.n }] : [];
  });
}

/** The choice that spells paused so. */
function spelled(document: WidgetsDocument, word: string): Pick<Sight, "choice" | "otherwise"> {
  const choices = offersOf(document).find(({ rule }) => rule === "A-ENUM-1")?.choices ?? [];
  const [usual] = choices;
  if (usual && statusWordOf(document, "paused") === word) return { choice: usual.choice };
  for (const { choice, values = {} } of choices) {
    const [[name, pattern] = []] = Object.entries(values);
    if (name !== undefined && pattern !== undefined && new RegExp(pattern, "u").test(word)) {
      return { choice: { choice, [name]: word } as Chosen };
    }
  }
  return { otherwise: `a paused widget is ${word}` };
}

/** Words that stand for none of the three states. */
function moreWords(shown: readonly Shown[], words: ReadonlySet<string>): Sight[] {
  return shown.flatMap(({ status, call }) =>
    words.has(status) ? [] : [{ rule: "A-ENUM-1", otherwise: `a status may be ${status}`, calls: [call] }],
  );
}

/** A-FAIL-1: what a widget shows whose site nobody can crawl, when other widgets have long become active. */
function failed(
  document: WidgetsDocument,
  { waits, exchanges }: History,
  one: Watched,
  drafts: ReadonlySet<string>,
): Sight[] {
  const asked = exchanges.findLast(({ probe, widget }) => probe === "A-FAIL-1" && widget === one.name);
  const longest = longestOf(waits);
  const isLate = asked && longest > 0 && asked.t0 - one.created.t1 >= 1.5 * longest;
  if (!asked || !isLate) return [];
  const calls = [one.created.n, asked.n];
  const wasDeleted = exchanges.some(
    ({ operation, request, began }) =>
      operation === "deleteWidget" && began < asked.began && request.path.endsWith(`/${one.id}`),
  );
  const look = one.looks.find(({ exchange }) => exchange === asked);
  if (!look) {
    const isGone = [404, 410].includes(asked.response?.status ?? 0) && !wasDeleted;
    return isGone ? [{ rule: "A-FAIL-1", otherwise: "a widget whose first crawl fails is removed", calls }] : [];
  }
  const { status } = look.widget;
  // Without a word of failure a site that can be crawled all the same is as likely.
  if (typeof status !== "string" || (status === "active" && !saysFailed(look.widget))) return [];
  const word = drafts.has(status) ? statusWordOf(document, "draft-failed") : status;
  const choice = failureWords(document).get(word ?? status);
  if (choice !== undefined) return [{ rule: "A-FAIL-1", choice, calls }];
  return [{ rule: "A-FAIL-1", otherwise: `a widget whose first crawl fails is ${status}`, calls }];
}

function saysFailed({ last_crawl: crawl }: JsonObject): boolean {
  return isJsonObject(crawl) && crawl["status"] === "failed";
}
