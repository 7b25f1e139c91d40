import type { RuleId } from "../../spec/generated/rules.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { itemsAt, widgetIn } from "../history/views.ts";
import type { Sight } from "./sight.ts";

/** A-LIST-3, by widgets of which one was there before the other was asked for. */
export function orderSights(history: History): Sight[] {
  const created = new Map<string, Exchange>();
  for (const exchange of history.exchanges) {
    const { operation, response } = exchange;
    const id = operation === "createWidget" && outcomeOf(exchange) === "done" ? idIn(response?.body) : undefined;
    if (id !== undefined && !created.has(id)) created.set(id, exchange);
  }
  const byNumber = new Map(history.exchanges.map((exchange) => [exchange.n, exchange]));
  return history.walks.flatMap(({ calls, whole }): Sight[] => {
    const pages = calls.map((n) => byNumber.get(n)).filter((page) => page !== undefined);
    const ids = pages.flatMap(({ response }) => (history.items && itemsAt(response?.body, history.items)) ?? []);
    const creates = ids.map(({ id }) => created.get(String(id))).filter((one) => one !== undefined);
    const { older, newer } = neighbours(creates);
    if (!whole || older + newer < fewPairs) return [];
    const found = { rule: "A-LIST-3" as RuleId, calls: calls.slice(0, 2) };
    if (older === 0) return [{ ...found, choice: "newest" }];
    return [
      newer === 0 ? { ...found, choice: "oldest" } : { ...found, otherwise: "lists go neither by age nor by youth" },
    ];
  });
}

/** Two widgets may stand in any order by chance. */
const fewPairs = 3;

/** How often the older of two widgets comes first, and how often the newer. */
function neighbours(creates: readonly Exchange[]): { readonly older: number; readonly newer: number } {
  let [older, newer] = [0, 0];
  for (const [index, first] of creates.entries()) {
    for (const second of creates.slice(index + 1)) {
      if (first.ended < second.began) older++;
      if (second.ended < first.began) newer++;
    }
  }
  return { older, newer };
}

function idIn(body: Parameters<typeof widgetIn>[0]): string | undefined {
  const id = widgetIn(body)?.["id"];
  return typeof id === "string" ? id : undefined;
}
