import type { Schema, WidgetsDocument } from "../../spec/document.ts";
import { operationsOf } from "../../spec/operations.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { queryOf } from "../history/pages.ts";
import type { DialectContext } from "./dialect-context.ts";
import { completeWalks, hasNextPage, ownPages, widgetCount } from "./list-pages.ts";
import type { DialectObservation, Shown } from "./observation.ts";

/** Observes how large pages are (A-LIST-2), and whether they are full (A-LIST-6). */
export function observePageSizes({ document, history }: DialectContext): DialectObservation[] {
  const fullness = observeFullness(history);
  // Pages that are never full do not show their limit.
  const isNeverFull = fullness.some(({ choice }) => choice === "short");
  const probes = ownPages(history).filter(({ probe }) => probe === "A-LIST-2");
  const rejectedWith = document["x-problems"]["validation_error"]?.status;
  return [
    ...fullness,
    ...probes.flatMap((page): DialectObservation[] => {
      const outcome = outcomeOf(page);
      if (outcome === "unknown") return [];
      const shown =
        outcome === "refused"
          ? shownByRejection(page, rejectedWith)
          : shownByPage(history, page, { ...limitSchema(document), isNeverFull });
      return shown ? [{ rule: "A-LIST-2", calls: [page], ...shown }] : [];
    }),
  ];
}

function shownByRejection(page: Exchange, assumedStatus: number | undefined): Shown {
  const limit = queryOf(page).get("limit");
  const status = page.response?.status;
  if (limit === null) return { deviation: `a list without a limit returns ${status}` };
  const deviation = status === assumedStatus ? undefined : `limit=${limit} returns ${status}`;
  return Number(limit) < 1 ? { deviation } : { choice: "refuse", deviation };
}

function shownByPage(
  history: History,
  page: Exchange,
  { default: usual, maximum = 0, isNeverFull }: Schema & { readonly isNeverFull: boolean },
): Shown | undefined {
  const limit = queryOf(page).get("limit");
  const count = widgetCount(history, page);
  if (limit !== null && Number(limit) < 1) return { deviation: `limit=${limit} returns ${page.response?.status}` };
  const isFull = hasNextPage(history, page) && !isNeverFull;
  if (limit !== null) {
    const isOther = count !== undefined && (count > maximum || (isFull && count < maximum));
    return { choice: "clamp", deviation: isOther ? `a page has at most ${count} widgets` : undefined };
  }
  if (count === undefined || (!isFull && count <= Number(usual))) return undefined;
  if (!isFull) return { deviation: "a page has more widgets by default" };
  return { deviation: count === usual ? undefined : `a page has ${count} widgets by default` };
}

function limitSchema(document: WidgetsDocument): Schema {
  const list = operationsOf(document).find(({ id }) => id === "listWidgets");
  return list?.parameters.find(({ name }) => name === "limit")?.schema ?? {};
}

/** A page is short if it has fewer widgets than requested, and than another page had. */
function observeFullness(history: History): DialectObservation[] {
  const largest = Math.max(0, ...ownPages(history).map((page) => widgetCount(history, page) ?? 0));
  return completeWalks(history).flatMap((pages): DialectObservation[] => {
    const [first] = pages;
    const calls = pages.slice(0, -1);
    if (!first || calls.length === 0) return [];
    const requested = Math.min(largest, Number(queryOf(first).get("limit")));
    const isShort = calls.some((page) => (widgetCount(history, page) ?? 0) < requested);
    return [{ rule: "A-LIST-6", choice: isShort ? "short" : "full", calls }];
  });
}
