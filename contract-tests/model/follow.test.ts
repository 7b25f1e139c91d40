import { expect, test } from "vitest";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import type { Exchange } from "../history/exchange.ts";
import { judge } from "../judge/judge.ts";

type Call = readonly [
  operation: string,
  method: string,
  status: number,
  began: number,
  ended: number,
  values?: JsonObject,
];

/** What a widget has been through: its calls, by the places where they began and ended, with what they send or show. */
function brokenRules(calls: readonly Call[], readLagMs = 0) {
  const body = { id: "wgt_1", name: "A", site_url: "https://a.example" };
  const exchanges = calls.map(([operation, method, status, began, ended, values = {}], index): Exchange => {
    const path = operation === "createWidget" ? "/api/v1/widgets" : `/api/v1/widgets/${body.id}`;
    const shown = operation === "createWidget" ? "draft" : "active";
    const sent = { createWidget: { name: "A" }, updateWidget: values }[operation];
    const request = { method, path, ...(sent && { body: sent }) };
    return {
      ...{ n: index + 1, operation, caller: "own", widget: "one", t0: began, t1: ended, began, ended, request },
      response: {
        status,
        headers: {},
        body: status < 300 ? { ...body, status: shown, ...values } : { error: { code: "not_found" } },
      },
    };
  });
  const settings = {
    ...{ seed: 1, readLagMs, crawlTimeoutMs: 600_000, sitesVouched: true, isSubscribed: false },
    ...{ otherEvents: 0, endedMs: 1000 },
  };
  const empty = { walks: [], waits: [], observations: [], events: [], left: [], items: undefined, next: undefined };
  const judged = judge(publishedDocument, { settings, exchanges, ...empty });
  return judged.filter(
    ({ rule, verdict }) => ["fail", "warn"].includes(verdict) && /^(PATH|PAUSE|DELETE|GET|UPDATE)-/.test(rule),
  );
}

const created: readonly Call[] = [
  ["createWidget", "POST", 201, 0, 1],
  ["getWidget", "GET", 200, 2, 3],
];

test("a call may be refused because of one that began beside it and is answered later", () => {
  const calls: readonly Call[] = [
    ["pauseWidget", "POST", 404, 5, 6],
    ["deleteWidget", "DELETE", 204, 4, 7],
    ["getWidget", "GET", 404, 8, 9],
  ];
  expect(brokenRules([...created, ...calls])).toEqual([]);
});

test("a call that was answered before another one began was not refused because of it", () => {
  const calls: readonly Call[] = [
    ["pauseWidget", "POST", 404, 4, 5],
    ["deleteWidget", "DELETE", 204, 6, 7],
    ["getWidget", "GET", 404, 8, 9],
  ];
  expect(brokenRules([...created, ...calls])).not.toEqual([]);
});

test("of two deletes side by side, the one that is answered first may be the one that finds nothing", () => {
  const calls: readonly Call[] = [
    ["deleteWidget", "DELETE", 404, 5, 6],
    ["deleteWidget", "DELETE", 204, 4, 7],
    ["getWidget", "GET", 404, 8, 9],
  ];
  expect(brokenRules([...created, ...calls])).toEqual([]);
});

test("that a call was refused because of another one does not excuse what the other one leaves", () => {
  const calls: readonly Call[] = [
    ["pauseWidget", "POST", 404, 5, 6],
    ["deleteWidget", "DELETE", 204, 4, 7],
    ["getWidget", "GET", 200, 8, 9],
  ];
  expect(brokenRules([...created, ...calls])).not.toEqual([]);
});

test("a read that lags may still show what was before both of two calls side by side", () => {
  const calls: readonly Call[] = [
    ["pauseWidget", "POST", 404, 5, 6],
    ["deleteWidget", "DELETE", 204, 4, 20],
    ["getWidget", "GET", 200, 27, 28],
  ];
  expect(brokenRules([...created, ...calls], 10)).toEqual([]);
  expect(brokenRules([...created, ...calls], 5)).not.toEqual([]);
});

test("a read beside two updates may show one of them alone, whichever is answered first", () => {
  const [voice, persona] = [{ voice: "Aoede" }, { persona: "B" }];
  const before = { voice: "Charon", persona: "A" };
  const beside = (shown: JsonObject): readonly Call[] => [
    ["updateWidget", "PATCH", 200, 4, 5, before],
    ["getWidget", "GET", 200, 6, 7, before],
    ["updateWidget", "PATCH", 200, 9, 11, voice],
    ["updateWidget", "PATCH", 200, 10, 12, persona],
    ["getWidget", "GET", 200, 8, 13, shown],
    ["getWidget", "GET", 200, 14, 15, { ...voice, ...persona }],
  ];
  for (const shown of [before, { ...before, ...voice }, { ...before, ...persona }, { ...voice, ...persona }]) {
    expect(brokenRules([...created, ...beside(shown)])).toEqual([]);
  }
  expect(brokenRules([...created, ...beside({ ...before, voice: "Puck" })])).not.toEqual([]);
});

test("a read that began when the first of two updates was answered does not show the second one alone", () => {
  const [voice, persona] = [{ voice: "Aoede" }, { persona: "B" }];
  const before = { voice: "Charon", persona: "A" };
  const calls: readonly Call[] = [
    ["updateWidget", "PATCH", 200, 4, 5, before],
    ["getWidget", "GET", 200, 6, 7, before],
    ["updateWidget", "PATCH", 200, 8, 10, voice],
    ["updateWidget", "PATCH", 200, 9, 12, persona],
    ["getWidget", "GET", 200, 11, 13, { ...before, ...persona }],
  ];
  expect(brokenRules([...created, ...calls])).not.toEqual([]);
});

test("what one update has changed that was only accepted no update has spoilt that came before it took effect", () => {
  const themeWith = (radius: number, primary = "#111111") => ({ theme: { mode: "dark", primary, radius } });
  const calls = (status: number): readonly Call[] => [
    ["updateWidget", "PATCH", 200, 4, 5, themeWith(7)],
    ["getWidget", "GET", 200, 6, 7, themeWith(7)],
    ["updateWidget", "PATCH", status, 8, 9, themeWith(5)],
    ["getWidget", "GET", 200, 10, 11, themeWith(7)],
    ["updateWidget", "PATCH", status, 12, 13, { theme: { primary: "#222222" } }],
    ["getWidget", "GET", 200, 14, 15, themeWith(5, "#222222")],
  ];
  expect(brokenRules([...created, ...calls(202)])).toEqual([]);
  expect(brokenRules([...created, ...calls(200)])).not.toEqual([]);
});
