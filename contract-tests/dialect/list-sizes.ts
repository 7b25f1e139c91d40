import type { Parameter, Schema, WidgetsDocument } from "../../spec/document.ts";
import { operationsOf } from "../../spec/operations.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { queryOf } from "../history/pages.ts";
import { countOf, leadsOn } from "./list-pages.ts";
import type { Sight } from "./sight.ts";

/** How large pages are, by probes and by ways through the list (A-LIST-2, A-LIST-6). */
export function sizeSights(document: WidgetsDocument, history: History, pages: readonly Exchange[]): Sight[] {
  const fillings = filling(history);
  // Pages that are short anyway tell nothing of what they may hold.
  const isShort = fillings.some(({ choice }) => choice === "short");
  const asked = pages.filter(({ probe, response }) => probe === "A-LIST-2" && response && response.status !== 429);
  const limit = limitOf(document)?.schema ?? {};
  const refusedAs = document["x-problems"]["validation_error"]?.status;
  return [
    ...fillings,
    ...asked.flatMap((page): Sight[] => {
      const outcome = outcomeOf(page);
      const told =
        outcome === "refused"
          ? refused(page, refusedAs)
          : outcome === "done"
            ? taken(history, page, limit, isShort)
            : undefined;
      return told ? [{ rule: "A-LIST-2", calls: [page.n], ...told }] : [];
    }),
  ];
}

type Told = Pick<Sight, "choice" | "otherwise">;

function refused(page: Exchange, usual: number | undefined): Told {
  const sent = queryOf(page).get("limit");
  const status = page.response?.status;
  const what = sent === null ? "a list without a limit" : `limit=${sent}`;
  const otherwise = status === usual && sent !== null ? {} : { otherwise: `${what} is answered ${status}` };
  return sent === null || Number(sent) < 1 ? otherwise : { choice: "refuse", ...otherwise };
}

function taken(
  history: History,
  page: Exchange,
  { default: usual, maximum = 0 }: Schema,
  isShort: boolean,
): Told | undefined {
  const sent = queryOf(page).get("limit");
  const count = countOf(history, page);
  if (sent !== null && Number(sent) < 1) return { otherwise: `limit=${sent} is answered ${page.response?.status}` };
  const isFull = leadsOn(history, page) && !isShort;
  if (sent !== null) {
    const isOther = count !== undefined && (count > maximum || (isFull && count < maximum));
    return { choice: "clamp", ...(isOther ? { otherwise: `a page has ${count} widgets at most` } : {}) };
  }
  if (count === undefined || (!isFull && count <= Number(usual))) return undefined;
  if (!isFull) return { otherwise: "a page has more widgets by default" };
  return count === usual ? {} : { otherwise: `a page has ${count} widgets by default` };
}

function limitOf(document: WidgetsDocument): Parameter | undefined {
  const list = operationsOf(document).find(({ id }) => id === "listWidgets");
  return list?.parameters.find(({ name }) => name === "limit");
}

/** A-LIST-6, by ways through the list: a page that holds less than was asked for, and than others hold, is short. */
function filling(history: History): Sight[] {
  const lists = history.exchanges.filter(({ operation, caller }) => operation === "listWidgets" && caller === "own");
  const most = Math.max(0, ...lists.map((page) => countOf(history, page) ?? 0));
  const byNumber = new Map(lists.map((page) => [page.n, page]));
  return history.walks.flatMap(({ calls, whole }): Sight[] => {
    const pages = calls.map((n) => byNumber.get(n)).filter((page) => page !== undefined);
    const before = pages.slice(0, -1);
    const [first] = pages;
    const asked = Math.min(most, Number(first && queryOf(first).get("limit")));
    if (!whole || before.length === 0) return [];
    const isShort = before.some((page) => (countOf(history, page) ?? 0) < asked);
    return [{ rule: "A-LIST-6", choice: isShort ? "short" : "full", calls: before.map(({ n }) => n) }];
  });
}
