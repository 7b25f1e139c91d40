import type { JsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { widgetIn } from "../history/views.ts";

/** A widget as a get has shown it. */
export interface Look {
  readonly exchange: Exchange;
  readonly widget: JsonObject;
}

/** A widget that the run made, with what was written to it and how it was shown, each in order. */
export interface Watched {
  readonly id: string;
  readonly name: string;
  readonly created: Exchange;
  readonly writes: readonly Exchange[];
  readonly looks: readonly Look[];
}

/** The widgets of a run, as gets have shown them: a list may tell less. */
export function watchedIn({ exchanges }: History): Watched[] {
  const own = exchanges.filter(({ caller, widget }) => caller === "own" && widget !== undefined);
  const byName = new Map<string, Exchange[]>();
  for (const exchange of own)
    byName.set(exchange.widget ?? "", [...(byName.get(exchange.widget ?? "") ?? []), exchange]);
  return own.flatMap((created) => {
    const id = created.operation === "createWidget" ? widgetIn(created.response?.body)?.["id"] : undefined;
    if (typeof id !== "string" || created.widget === undefined) return [];
    const about = (byName.get(created.widget) ?? []).filter((exchange) => exchange !== created);
    return [
      {
        id,
        name: created.widget,
        created,
        writes: about.filter(({ request }) => request.method !== "GET"),
        looks: about.filter(({ operation }) => operation === "getWidget").flatMap(lookOf),
      },
    ];
  });
}

function lookOf(exchange: Exchange): Look[] {
  const widget = outcomeOf(exchange) === "done" ? widgetIn(exchange.response?.body) : undefined;
  return widget ? [{ exchange, widget }] : [];
}

/** The last look before a call. */
export function lookBefore({ looks }: Watched, { began }: Exchange): Look | undefined {
  return looks.findLast(({ exchange }) => exchange.ended < began);
}

/** The first look after a call. */
export function lookAfter({ looks }: Watched, { ended }: Exchange): Look | undefined {
  return looks.find(({ exchange }) => exchange.began > ended);
}
