import type { ApiDocument } from "../../spec/document.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf, ownCallsOf } from "../history/exchange.ts";
import { isShown, type JudgedTimeline } from "../history/timeline.ts";
import { documentedUpdate, documentedWidget } from "../plan/values.ts";
import { type Members, pairOf } from "./members.ts";

/** Tells whether a body may be refused honestly for a value in it: no rule says which values a service takes. */
export type MayBeRefused = (body: JsonObject) => boolean;

/**
 * Learns from a run which values a target has to take: those that the documentation shows, flags, and what it has taken
 * before. Any other one may be the reason of a refusal, unless its member is refused with a documented value too, and with
 * one that the target itself has shown, and was never taken.
 */
export function refusableValues(
  document: ApiDocument,
  members: Members,
  { timelines, calls }: { readonly timelines: readonly JudgedTimeline[]; readonly calls: readonly Exchange[] },
): MayBeRefused {
  const pairsIn = (body: JsonObject) => [...members.shownIn(body)].map(([name, value]) => pairOf(name, value));
  const pairsOf = (bodies: readonly JsonObject[]) => new Set(bodies.flatMap(pairsIn));
  const updates = ownCallsOf(calls, "updateWidget");
  const bodiesOf = (outcome: string) =>
    updates.filter((one) => outcomeOf(one) === outcome).map(({ request }) => request.body ?? {});
  const [taken, refused] = [bodiesOf("done"), bodiesOf("refused")];
  const views = timelines.flatMap(({ moments }) => moments.filter((one) => isShown(one)));
  const documented = pairsOf([documentedWidget(document), documentedUpdate(document)]);
  const accepted = pairsOf(taken);
  const shown = pairsOf(views.map(({ widget }) => widget));
  const takenNames = new Set(taken.flatMap(Object.keys));
  const alone = (name: string) => refused.filter((body) => name in body && Object.keys(body).length === 1);
  const isRefusedWhere = (name: string, known: ReadonlySet<string>) =>
    alone(name).some((body) => pairsIn(body).every((pair) => known.has(pair)));
  const isNeverTaken = (name: string) =>
    !takenNames.has(name) && isRefusedWhere(name, documented) && isRefusedWhere(name, shown);
  const isSound = (name: string, body: JsonObject) =>
    [...members.shownIn({ [name]: body[name] ?? null })].every(([leaf, value]) => {
      const pair = pairOf(leaf, value);
      return typeof value === "boolean" || documented.has(pair) || accepted.has(pair);
    });
  return (body) => {
    const names = Object.keys(body);
    return !names.some(isNeverTaken) && !names.every((name) => isSound(name, body));
  };
}
