import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import type { Exchange } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { widgetIn } from "../history/views.ts";
import { isMadeUp } from "./differences.test-helper.ts";

/**
 * What of a golden history a fresh one of the same subject lacks: for each widget the golden calls, observations and waits
 * have to come in it in the same order, with the same callers, statuses and members, among whatever else came.
 *
 * That is enough: a golden history is part of a recorded one, so while its subject and the scripts that it is from are
 * what they were, a fresh one holds it. Where either has changed, it is found out here, and not where only more is done.
 */
export function missingFrom(fresh: History, golden: History): string[] {
  const [known, plain] = [namesOfIds(fresh), namesOfIds(golden)];
  const lacks = <T extends { readonly widget?: string }>(
    all: readonly T[],
    wanted: readonly T[],
    isSame: (one: T, other: T) => boolean,
  ): T[] => {
    const places = new Map<string | undefined, number>();
    return wanted.filter((one) => {
      const from = places.get(one.widget) ?? 0;
      const place = all.findIndex((other, index) => index >= from && other.widget === one.widget && isSame(one, other));
      if (place !== -1) places.set(one.widget, place + 1);
      return place === -1;
    });
  };
  const isPart = (one: unknown, other: unknown, name = "") => isWithin(plain(one), known(other), name);
  const isSameCall = (one: Exchange, other: Exchange) =>
    one.operation === other.operation &&
    one.caller === other.caller &&
    one.probe === other.probe &&
    one.response?.status === other.response?.status &&
    isPart(one.request.body ?? {}, other.request.body ?? {}) &&
    isPart(one.response?.body, other.response?.body);
  return [
    ...lacks(fresh.exchanges, golden.exchanges, isSameCall),
    ...lacks(
      fresh.observations,
      golden.observations,
      (one, other) =>
        one.member === other.member && one.when === other.when && isPart(one.result, other.result, one.member),
    ),
    ...lacks(fresh.waits, golden.waits, (one, other) => one.ended === other.ended),
    ...golden.events.filter(
      ({ widget, isReady, isSigned, body }) =>
        !fresh.events.some(
          (other) =>
            other.widget === widget &&
            other.isReady === isReady &&
            other.isSigned === isSigned &&
            isPart(body, other.body),
        ),
    ),
  ].map((one) => JSON.stringify(one));
}

/** Whether all of a body comes in another one: null stands for what was left out of it, and lists may be longer. */
function isWithin(one: Json | undefined, other: Json | undefined, name = ""): boolean {
  if (one === undefined || one === null || isMadeUp(name)) return true;
  if (Array.isArray(one)) {
    if (!Array.isArray(other)) return false;
    let from = 0;
    return one.every((item) => {
      const place = other.findIndex((candidate, index) => index >= from && isWithin(item, candidate));
      from = place + 1;
      return place !== -1;
    });
  }
  if (!isJsonObject(one)) return one === other;
  return isJsonObject(other) && Object.entries(one).every(([key, value]) => isWithin(value, other[key], key));
}

/** Gives widgets' ids the names of their widgets: in which order widgets are created is chance. */
function namesOfIds({ exchanges }: History): (value: unknown) => Json | undefined {
  const ids = exchanges.flatMap(({ operation, widget = "", response }) => {
    const id = operation === "createWidget" && widgetIn(response?.body)?.["id"];
    return typeof id === "string" ? [[id, widget] as const] : [];
  });
  return (value) => {
    if (value === undefined) return undefined;
    let text = JSON.stringify(value);
    for (const [id, widget] of ids) if (text.includes(id)) text = text.replaceAll(id, `id of ${widget}`);
    return JSON.parse(text) as Json;
  };
}
