import { expect, test } from "vitest";
import type { WidgetsDocument } from "../../spec/document.ts";
import { type Json, type JsonObject, mergePatch } from "../../spec/merge-patch.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import type { Exchange } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { judge } from "../judge/judge.ts";

/** A call, and its answer: status and widget. */
type Told = readonly [operation: string, status: number, widget?: JsonObject, body?: JsonObject];

const created: Told = ["createWidget", 201, { id: "wgt_1", name: "A", status: "draft" }, { name: "A" }];
const active = { id: "wgt_1", name: "A", status: "active" };
const methods: { readonly [operation: string]: string } = { getWidget: "GET", updateWidget: "PATCH" };

/** A history of one widget: one call after the other. */
function historyOf(...calls: readonly Told[]): History {
  const exchanges = calls.map(([operation, status, widget, body], index): Exchange => {
    const method = methods[operation] ?? "POST";
    const request = { method, path: "/api/v1/widgets/wgt_1", ...(body ? { body } : {}) };
    const response = { status, headers: {}, ...(widget ? { body: widget as Json } : {}) };
    const place = { n: index + 1, t0: index, t1: index, began: 2 * index, ended: 2 * index + 1 };
    return { ...place, operation, caller: "own", widget: "one", request, response };
  });
  const told = { sitesVouched: true, isSubscribed: false, otherEvents: 0 };
  const settings = { ...told, seed: 1, readLagMs: 0, crawlTimeoutMs: 600_000, endedMs: 1000 };
  const empty = { walks: [], waits: [], observations: [], events: [], left: [], items: undefined, next: undefined };
  return { settings, exchanges, ...empty };
}

/** The rules that a history breaks by a document that is changed. */
function brokenBy(patch: Json, ...calls: readonly Told[]): string[] {
  const document = mergePatch(publishedDocument as unknown as Json, patch) as unknown as WidgetsDocument;
  return judge(document, historyOf(...calls))
    .filter(({ verdict }) => verdict === "fail")
    .map(({ rule }) => rule);
}

test("a documented cell of the life cycle decides what an operation must lead to", () => {
  const calls: Told[] = [created, ["getWidget", 200, active], ["pauseWidget", 200], ["getWidget", 200, active]];
  expect(brokenBy({}, ...calls)).toEqual(["PAUSE-1"]);
  const stays = { "x-lifecycle": { operations: { pauseWidget: { active: { to: "active" } } } } };
  expect(brokenBy(stays, ...calls)).toEqual([]);
});

test("a documented cell of the life cycle decides whether an operation must be accepted", () => {
  const calls: Told[] = [created, ["getWidget", 200, active], ["pauseWidget", 409], ["getWidget", 200, active]];
  expect(brokenBy({}, ...calls)).toEqual(["PAUSE-1"]);
  const cell = { to: null, code: "invalid_state" };
  const refused = { "x-lifecycle": { operations: { pauseWidget: { active: cell } } } };
  expect(brokenBy(refused, ...calls)).toEqual([]);
  const assumed = { "x-lifecycle": { operations: { pauseWidget: { active: { rule: "A-PAUSE-2" } } } } };
  expect(brokenBy(assumed, ...calls)).toEqual([]);
});

test("the end of the first crawl leads where the document says", () => {
  const succeeds = { "draft-crawling": { to: "paused" } };
  expect(brokenBy({}, created, ["getWidget", 200, active])).toEqual([]);
  expect(brokenBy({ "x-lifecycle": { crawl: { succeeds } } }, created, ["getWidget", 200, active])).not.toEqual([]);
});

test("a member that the document adds to the widget, and one of its theme, must be shown as they were written", () => {
  const members = {
    components: {
      schemas: {
        WidgetConfiguration: { properties: { language: { type: "string", "x-rule": "OBJ-3" } } },
        Theme: { properties: { secondary: { type: "string", "x-case-insensitive": true } } },
      },
    },
  };
  const update = (body: JsonObject, shown: JsonObject): Told[] => [
    created,
    ["getWidget", 200, active],
    ["updateWidget", 200, active, body],
    ["getWidget", 200, { ...active, ...shown }],
  ];
  const language = update({ language: "de" }, { language: "en" });
  expect(brokenBy(members, ...language)).toEqual(["OBJ-3"]);
  expect(brokenBy({}, ...language)).toEqual([]);
  const theme = { mode: "dark", primary: "#b83228", radius: 16, secondary: "#FFFFFF" };
  expect(brokenBy(members, ...update({ theme }, { theme: { ...theme, secondary: "#ffffff" } }))).toEqual([]);
  expect(brokenBy(members, ...update({ theme }, { theme: { ...theme, secondary: "#000000" } }))).toEqual(["UPDATE-3"]);
  expect(brokenBy(members, ...update({ language: "de" }, { language: 7 }))).toEqual(["OBJ-3"]);
});

test("the order of a list means something, but for one that the document calls a set", () => {
  const update = (shown: readonly string[]): Told[] => [
    created,
    ["getWidget", 200, active],
    ["updateWidget", 200, active, { domains: ["b.example", "a.example"] }],
    ["getWidget", 200, { ...active, domains: shown }],
  ];
  const ordered = { components: { schemas: { Domains: { "x-set": null } } } };
  for (const same of [
    ["A.example", "b.example"],
    ["b.example", "a.example", "b.example"],
  ]) {
    expect(brokenBy({}, ...update(same))).toEqual([]);
    expect(brokenBy(ordered, ...update(same))).toEqual(["UPDATE-5"]);
  }
  expect(brokenBy({}, ...update(["b.example"]))).toEqual(["UPDATE-5"]);
});

test("a state that the document adds is one that a widget may be in, and is called as the document has it", () => {
  const states = { archived: { shows: "archived", crawling: false } };
  const operations = {
    pauseWidget: { paused: { to: "archived" }, archived: { rule: "A-PAUSE-2" } },
    resumeWidget: { archived: { to: "active", rule: "PAUSE-2" } },
    getWidget: { archived: { rule: "A-ENUM-1" } },
  };
  const calls = (...shown: readonly string[]): Told[] => [
    created,
    ["getWidget", 200, active],
    ...shown.flatMap((status): Told[] => [
      ["pauseWidget", 200],
      ["getWidget", 200, { ...active, status }],
    ]),
  ];
  const archiving = { "x-lifecycle": { states, operations } };
  expect(brokenBy(archiving, ...calls("paused", "archived"))).toEqual([]);
  expect(brokenBy(archiving, ...calls("paused", "archived", "archived"))).toEqual([]);
  expect(brokenBy(archiving, ...calls("paused", "draft"))).toEqual(["PAUSE-1"]);
  expect(brokenBy(archiving, ...calls("paused", "archived"), ["resumeWidget", 409])).toEqual(["PAUSE-2"]);
  expect(brokenBy({}, ...calls("paused", "archived"))).toEqual(["PAUSE-1"]);
});

test("a part of the theme has the type that the document gives it", () => {
  const typed = (type: string) => ({ components: { schemas: { Theme: { properties: { shadow: { type } } } } } });
  const shown = (shadow: Json): Told[] => [created, ["getWidget", 200, { ...active, theme: { shadow } }]];
  expect(brokenBy(typed("integer"), ...shown(7))).toEqual([]);
  expect(brokenBy(typed("integer"), ...shown(7.5))).toEqual(["OBJ-9"]);
  expect(brokenBy(typed("integer"), ...shown("7"))).toEqual(["OBJ-9"]);
  expect(brokenBy(typed("boolean"), ...shown(true))).toEqual([]);
});
