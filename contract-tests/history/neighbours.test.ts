import { expect, test } from "vitest";
import type { CallerRole, Exchange } from "./exchange.ts";
import type { History } from "./history.ts";
import { areOfOneSite, scriptsBeside } from "./neighbours.ts";

interface Done {
  readonly script: string;
  readonly operation: string;
  readonly widget: string;
  readonly site?: string;
  readonly caller?: CallerRole;
  readonly status?: number;
}

/** A history of calls, one after the other, by scripts. */
function historyOf(...calls: readonly Done[]): History {
  const exchanges = calls.map(({ script, operation, widget, site, caller = "own", status = 200 }, index): Exchange => {
    const body = site === undefined ? {} : { body: { site_url: site } };
    const request = { method: operation === "getWidget" ? "GET" : "POST", path: "/api/v1/widgets", ...body };
    const place = { n: index + 1, t0: index, t1: index, began: 2 * index, ended: 2 * index + 1 };
    const origin = { lane: "parallel", script, step: 0 } as const;
    return { ...place, operation, caller, widget, origin, request, response: { status, headers: {} } };
  });
  return { exchanges } as unknown as History;
}

const create = (widget: string, site: string): Done => ({ script: widget, operation: "createWidget", widget, site });

test("scripts that did something to a widget, or to one for its site, are beside it", () => {
  const history = historyOf(
    create("one", "https://a.example"),
    create("two", "https://a.example"),
    create("three", "https://b.example"),
    { script: "two", operation: "recrawlWidget", widget: "two" },
    { script: "three", operation: "recrawlWidget", widget: "three" },
    { script: "probes", operation: "pauseWidget", widget: "one" },
    { script: "late", operation: "pauseWidget", widget: "one" },
  );
  expect(scriptsBeside("one", 12, history)).toEqual(["two", "probes"]);
  expect([areOfOneSite("one", "two", history), areOfOneSite("one", "three", history)]).toEqual([true, false]);
});

test("of calls that are refused only those of other callers may have had an effect; reads have none", () => {
  const history = historyOf(
    create("one", "https://a.example"),
    { script: "own", operation: "pauseWidget", widget: "one", status: 409 },
    { script: "reader", operation: "getWidget", widget: "one" },
    { script: "stranger", operation: "updateWidget", widget: "one", caller: "other", status: 403 },
  );
  expect(scriptsBeside("one", 100, history)).toEqual(["stranger"]);
});
