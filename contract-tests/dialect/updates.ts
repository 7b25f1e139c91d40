import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import { isNeverWritten } from "../plan/values.ts";
import { lookAfter, lookBefore, type Watched } from "./looks.ts";
import type { Sight } from "./sight.ts";

/** What updates show: what becomes of what is not sent, of null, and of members that nobody knows. */
export function updateSights(watched: readonly Watched[]): Sight[] {
  return watched.flatMap((one) => {
    const updates = one.writes.filter(({ operation }) => operation === "updateWidget");
    return updates
      .filter((update) => !isRaced(one, update))
      .flatMap((update) => [
        ...(outcomeOf(update) === "done" ? [...themeInPart(one, update), ...unheardOf(one, update)] : []),
        ...nulls(one, update),
        ...hardValues(one, update),
      ]);
  });
}

function isRaced({ writes }: Watched, { n, began, ended }: Exchange): boolean {
  return writes.some((other) => other.n !== n && other.began < ended && other.ended > began);
}

/** What a member was before anybody wrote it, and when a crawl may have filled it in. */
function usualOf({ looks, writes }: Watched, name: string): Json | undefined {
  const written = writes.find(({ request }) => request.body?.[name] !== undefined);
  const before = looks.filter(({ exchange }) => !written || exchange.ended < written.began);
  return before.map(({ widget }) => widget[name]).findLast((value) => value !== undefined && value !== null);
}

/** A-PATCH-1: what of a theme was not sent. It tells nothing where it has its default anyway. */
function themeInPart(one: Watched, update: Exchange): Sight[] {
  const sent = update.request.body?.["theme"];
  const [before, after] = [lookBefore(one, update), lookAfter(one, update)].map((look) => look?.widget["theme"]);
  const usual = usualOf(one, "theme");
  if (!isJsonObject(sent) || !isJsonObject(usual) || !isJsonObject(before) || !isJsonObject(after)) return [];
  const left = Object.keys(before).filter((part) => !(part in sent) && isOther(before[part], usual[part]));
  return left.map((part): Sight => {
    const calls = [update.n];
    if (!isOther(after[part], before[part])) return { rule: "A-PATCH-1", choice: "merge", calls };
    if (!isOther(after[part], usual[part])) return { rule: "A-PATCH-1", choice: "reset", calls };
    const isGone = after[part] === undefined || after[part] === null;
    const otherwise = isGone
      ? "a theme that is sent in part replaces the whole"
      : "what of a theme is not sent changes";
    return { rule: "A-PATCH-1", otherwise, calls };
  });
}

/** A-PATCH-2: a member that was written, and then null. */
function nulls(one: Watched, update: Exchange): Sight[] {
  const body = Object.entries(update.request.body ?? {});
  const [name] = body.find(([, value]) => value === null) ?? [];
  const outcome = outcomeOf(update);
  if (name === undefined || outcome === "unknown") return [];
  const calls = [update.n];
  if (outcome === "refused") {
    return [{ rule: "A-PATCH-2", otherwise: `null is answered ${update.response?.status}`, calls }];
  }
  const [before, after] = [lookBefore(one, update), lookAfter(one, update)].map((look) => look?.widget);
  const usual = usualOf(one, name);
  if (usual === undefined || !before || !after || !isOther(before[name], usual)) return [];
  const now = after[name] ?? null;
  const otherwise =
    now === null
      ? "null is kept"
      : isOther(now, before[name])
        ? "null changes to something else"
        : "null changes nothing";
  return [{ rule: "A-PATCH-2", calls, ...(isOther(now, usual) ? { otherwise } : {}) }];
}

/** A-VAL-3: what is taken and not known may be kept. */
function unheardOf(one: Watched, update: Exchange): Sight[] {
  const after = lookAfter(one, update)?.widget;
  const kept =
    update.probe === "A-VAL-3" &&
    after &&
    Object.keys(update.request.body ?? {}).some((name) => name === "never_heard_of" && name in after);
  return kept ? [{ rule: "A-VAL-3", otherwise: "unknown members are kept", calls: [update.n] }] : [];
}

/** A-LIMIT-1. */
function hardValues({ writes }: Watched, update: Exchange): Sight[] {
  const isGone = writes.some(({ operation, began }) => operation === "deleteWidget" && began < update.began);
  if (!update.isTricky || isGone || isNeverWritten(update.request.body ?? {})) return [];
  if (outcomeOf(update) === "done") return [{ rule: "A-LIMIT-1", calls: [update.n] }];
  const isRefused = outcomeOf(update) === "refused" && [400, 413, 422].includes(update.response?.status ?? 0);
  return isRefused
    ? [{ rule: "A-LIMIT-1", otherwise: "values within these limits are refused", calls: [update.n] }]
    : [];
}

function isOther(one: Json | undefined, other: Json | undefined): boolean {
  return JSON.stringify(one ?? null) !== JSON.stringify(other ?? null);
}
