import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { type Exchange, isOfValues, outcomeOf } from "../history/exchange.ts";
import {
  areConcurrent,
  getAfter,
  getBefore,
  getsAround,
  getsIn,
  type Timeline,
  writesIn,
} from "../history/timeline.ts";
import { isReadOnlyUpdate } from "../plan/values.ts";
import type { DialectContext, DialectObservation } from "./observation.ts";

/** Observes what updates do with what is not sent, with null, with unknown members and with large values. */
export function observeUpdates({ published, timelines }: DialectContext): DialectObservation[] {
  return timelines.flatMap((timeline) => {
    const writes = writesIn(timeline);
    const updates = writes.filter(({ operation }) => operation === "updateWidget");
    const isAlone = (update: Exchange) => !writes.some((other) => other !== update && areConcurrent(other, update));
    return updates
      .filter(isAlone)
      .flatMap((update) => [
        ...(outcomeOf(update) === "done"
          ? [...observePartialTheme(timeline, update), ...observeUnknownMembers(timeline, update)]
          : []),
        ...observeNull(timeline, update),
        ...(isReadOnlyUpdate(published, update.request.body ?? {}) ? [] : observeLargeValues(timeline, update)),
      ]);
  });
}

/** The value of a member before a request wrote it, once a crawl may have set it; undefined where the create sent it. */
function originalValue(timeline: Timeline, name: string): Json | undefined {
  if (timeline.created.request.body?.[name] !== undefined) return undefined;
  const write = writesIn(timeline).find(({ request }) => request.body?.[name] !== undefined);
  return getsIn(timeline)
    .filter(({ exchange }) => !write || exchange.ended < write.began)
    .map(({ widget }) => widget[name])
    .findLast((value) => value !== undefined && value !== null);
}

/** A-PATCH-1: members of a theme that were not sent. Where they have their original value anyway, they show nothing. */
function observePartialTheme(timeline: Timeline, update: Exchange): DialectObservation[] {
  const sent = update.request.body?.["theme"];
  const gets = getsAround(timeline, update);
  const [before, after] = [gets?.before.widget["theme"], gets?.after.widget["theme"]];
  const original = originalValue(timeline, "theme");
  if (!isJsonObject(sent) || !isJsonObject(original) || !isJsonObject(before) || !isJsonObject(after)) return [];
  const unsent = Object.keys(before).filter((name) => !(name in sent) && isDifferent(before[name], original[name]));
  return unsent.map((name): DialectObservation => {
    const observation = { rule: "A-PATCH-1", calls: [update] } as const;
    if (!isDifferent(after[name], before[name])) return { ...observation, choice: "merge" };
    if (!isDifferent(after[name], original[name])) return { ...observation, choice: "reset" };
    const isGone = after[name] === undefined || after[name] === null;
    const deviation = isGone
      ? "a partial theme replaces the whole theme"
      : "members of a theme change that were not sent";
    return { ...observation, deviation };
  });
}

/** A-PATCH-2: a member that was written, and then set to null. */
function observeNull(timeline: Timeline, update: Exchange): DialectObservation[] {
  const [name] = Object.entries(update.request.body ?? {}).find(([, value]) => value === null) ?? [];
  const outcome = outcomeOf(update);
  if (name === undefined || outcome === "unknown") return [];
  const observation = { rule: "A-PATCH-2", calls: [update] } as const;
  if (outcome === "refused") return [{ ...observation, deviation: `null returns ${update.response?.status}` }];
  const gets = getsAround(timeline, update);
  if (!gets) return [];
  const [before, after] = [gets.before.widget, gets.after.widget];
  const value = after[name] ?? null;
  const earlier = before[name] ?? null;
  if (value === null && earlier !== null) return [{ ...observation, deviation: "null is stored" }];
  const original = originalValue(timeline, name);
  if (original === undefined || !isDifferent(earlier, original)) return [];
  if (!isDifferent(value, original)) return [observation];
  const isChanged = isDifferent(value, earlier);
  return [{ ...observation, deviation: isChanged ? "null changes to something else" : "null changes nothing" }];
}

/** A-VAL-3: what is accepted and unknown may be stored. */
function observeUnknownMembers(timeline: Timeline, update: Exchange): DialectObservation[] {
  const after = getAfter(timeline, update)?.widget;
  const isStored = update.probe === "A-VAL-3" && after !== undefined && "never_heard_of" in after;
  return isStored ? [{ rule: "A-VAL-3", deviation: "unknown members are stored", calls: [update] }] : [];
}

/** A-LIMIT-1. */
function observeLargeValues(timeline: Timeline, update: Exchange): DialectObservation[] {
  const isDeleted = writesIn(timeline).some(
    ({ operation, began }) => operation === "deleteWidget" && began < update.began,
  );
  if (isDeleted) return [];
  const observation = { rule: "A-LIMIT-1", calls: [update] } as const;
  if (outcomeOf(update) === "done") return update.isTricky ? [observation] : [];
  const isActive = getBefore(timeline, update)?.widget["status"] === "active";
  const isRejected = isOfValues(update.response) && update.probe === undefined && (update.isTricky || isActive);
  return isRejected ? [{ ...observation, deviation: "values within the limits are rejected" }] : [];
}

function isDifferent(one: Json | undefined, other: Json | undefined): boolean {
  return JSON.stringify(one ?? null) !== JSON.stringify(other ?? null);
}
