import { expect, test } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import type { Exchange } from "../history/exchange.ts";
import { judge } from "../judge/judge.ts";

const example = { id: "wgt_1", name: "A", status: "active" };

/** What a server without state answers: the same widget, whatever is asked. */
function answered(operation: string, method: string, script: string, index: number): Exchange {
  return {
    ...{ n: index + 1, t0: index, t1: index, began: 2 * index, ended: 2 * index + 1, operation, caller: "own" },
    ...{ widget: script, origin: { lane: "quiet", script, step: index } },
    request: { method, path: "/api/v1/widgets", ...(method === "PATCH" ? { body: { name: "B" } } : {}) },
    response: { status: method === "POST" ? 201 : 200, headers: {}, body: example },
  };
}

test("where every create gives the same id, reads that follow a call still show that it did nothing", () => {
  const calls = [
    ["createWidget", "POST", "update"],
    ["createWidget", "POST", "pause"],
    ["createWidget", "POST", "delete"],
    ["updateWidget", "PATCH", "update"],
    ["getWidget", "GET", "update"],
    ["pauseWidget", "POST", "pause"],
    ["getWidget", "GET", "pause"],
    ["deleteWidget", "DELETE", "delete"],
    ["getWidget", "GET", "delete"],
  ] as const;
  const exchanges = calls.map(([operation, method, script], index) => answered(operation, method, script, index));
  const told = { sitesVouched: true, isSubscribed: false, otherEvents: 0 };
  const settings = { ...told, seed: 1, readLagMs: 0, crawlTimeoutMs: 600_000, endedMs: 1000 };
  const empty = { walks: [], waits: [], observations: [], events: [], left: [], items: undefined, next: undefined };
  const broken = judge(publishedDocument, { settings, exchanges, ...empty }).filter(
    ({ verdict }) => verdict === "fail",
  );
  expect(broken.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["OBJ-15", "UPDATE-5", "PAUSE-1", "DELETE-1"]));
});
