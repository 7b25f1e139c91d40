import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import type { Exchange } from "../history/exchange.ts";
import { contextOf } from "./model-context.ts";
import { Relaxed } from "./relaxation.ts";
import { type ModelContext, misfitsIn, type State } from "./state.ts";
import { statesAfter, statesLater, withoutOverdue } from "./transitions.ts";

const settings = {
  ...{ seed: 1, readLagMs: 0, crawlTimeoutMs: 600_000, sitesVouched: true, isSubscribed: false },
  ...{ otherEvents: 0, endedMs: 0 },
};
const context: ModelContext = {
  ...contextOf(publishedDocument, { timelines: [], calls: [], settings }),
  ...{ showsActive: true, paused: "paused" },
};
const nothingRelaxed = new Relaxed([]);

/** A widget, as the run wrote it. */
function widget(phase: string, written: { readonly [member: string]: Json } = {}, mayChange = false): State {
  const values = new Map(Object.entries({ name: "A", ...written }));
  return { phase, values, written: new Set(values.keys()), mayChange };
}

/** Where a call may lead, each as its phase and what is known of some member. */
function after(
  state: State,
  operation: string,
  status: number,
  { body, member = "name" }: { body?: JsonObject; member?: string } = {},
) {
  const request = { method: "POST", path: "/", ...(body ? { body } : {}) };
  const exchange: Exchange = {
    ...{ n: 1, operation, caller: "own", t0: 0, t1: 0, began: 1, ended: 2, request },
    ...(status === 0 ? { error: "no answer" } : { response: { status, headers: {} } }),
  };
  const states = statesAfter(state, { exchange, isRaced: false }, context, nothingRelaxed);
  return [...new Set(states.map(({ phase, values }) => `${phase} ${JSON.stringify(values.get(member))}`))].sort();
}

test("an accepted write has the effect that the documentation gives it, and no other", () => {
  expect(after(widget("active"), "pauseWidget", 200)).toEqual(['paused "A"']);
  expect(after(widget("paused"), "resumeWidget", 204)).toEqual(['active "A"']);
  expect(after(widget("active"), "recrawlWidget", 202)).toEqual(['active "A"']);
  expect(after(widget("active"), "deleteWidget", 204)).toEqual(['gone "A"']);
  expect(after(widget("active"), "updateWidget", 200, { body: { name: "B" } })).toEqual(['active "B"']);
});

test("a write that must be accepted cannot be rejected, and one that the documentation leaves open can", () => {
  expect(after(widget("active"), "pauseWidget", 409)).toEqual([]);
  expect(after(widget("paused"), "resumeWidget", 409)).toEqual([]);
  expect(after(widget("active"), "updateWidget", 422, { body: { voice: "Aoede" } })).toEqual([]);
  expect(after(widget("draft", {}, true), "pauseWidget", 409)).toEqual(['draft "A"']);
  expect(after(widget("paused"), "pauseWidget", 409)).toEqual(['paused "A"']);
  expect(after(widget("active"), "pauseWidget", 429)).toEqual(['active "A"']);
});

test("of a call without an answer, or that broke down, both may be true", () => {
  for (const status of [0, 500, 503]) {
    expect(after(widget("active"), "pauseWidget", status)).toEqual(['active "A"', 'paused "A"']);
  }
});

test("whether an update of a paused widget resumes it is assumed, and so is either", () => {
  const states = after(widget("paused"), "updateWidget", 200, { body: { name: "B" } });
  expect(states).toEqual(['active "B"', 'paused "B"']);
});

test("what of a theme an update does not send is known no more", () => {
  const themed = widget("active", { "theme.mode": "dark", "theme.radius": 4 });
  const body = { theme: { radius: 8 } };
  expect(after(themed, "updateWidget", 200, { body, member: "theme.radius" })).toEqual(["active 8"]);
  expect(after(themed, "updateWidget", 200, { body, member: "theme.mode" })).toEqual(["active undefined"]);
});

test("a deletion that is only accepted may take a while", () => {
  expect(after(widget("active"), "deleteWidget", 202)).toEqual(['active "A"', 'gone "A"']);
});

test("a deleted widget stays so: of a later write nothing may come", () => {
  expect(after(widget("gone"), "updateWidget", 200, { body: { name: "B" } })).toEqual([]);
  expect(after(widget("gone"), "updateWidget", 404, { body: { name: "B" } })).toEqual(['gone "A"']);
  expect(after(widget("gone"), "deleteWidget", 204)).toEqual(['gone "A"']);
});

test("a draft becomes active by itself, and nothing else changes its phase with time", () => {
  const later = (state: State) =>
    [...new Set(statesLater(state, context, nothingRelaxed).map(({ phase }) => phase))].sort();
  expect(later(widget("draft", {}, true))).toEqual(["active", "draft"]);
  for (const phase of ["active", "paused", "gone"]) expect(later(widget(phase))).toEqual([phase]);
  expect(later(widget("active", {}, true))).toEqual(["active"]);
});

test.each<readonly [State, JsonObject, readonly string[]]>([
  [widget("active"), { name: "A", status: "active" }, []],
  [widget("active"), { name: "B", status: "active" }, ["name"]],
  [widget("active"), { status: "active" }, ["name"]],
  [widget("active"), { name: "A", status: "draft" }, ["status"]],
  [widget("active"), { name: "A", status: "recrawling" }, ["status"]],
  [widget("active", {}, true), { name: "A", status: "recrawling" }, []],
  [widget("active", {}, true), { name: "A", status: "paused" }, ["status"]],
  [widget("draft", {}, true), { name: "A", status: "indexing" }, []],
  [widget("draft", {}, true), { name: "A", status: "active" }, ["status"]],
  [widget("paused"), { name: "A", status: "paused" }, []],
  [widget("paused"), { name: "A", status: "active" }, ["status"]],
  [widget("gone"), { name: "A", status: "active" }, ["status"]],
  [
    widget("active", { "theme.primary": "#FF6600" }),
    { name: "A", status: "active", theme: { primary: "#ff6600" } },
    [],
  ],
  [widget("active", { persona: "Hi" }), { name: "A", status: "active", persona: "hi" }, ["persona"]],
])("%o, shown as %o, has wrong: %o", (state, shown, wrong) => {
  expect(misfitsIn(state, { widget: shown, inList: false }, context)).toEqual(wrong);
});

test.each<readonly [JsonObject, readonly string[]]>([
  [{ id: "wgt_1" }, []],
  [{ status: "active", theme: { mode: "dark" } }, []],
  [{ name: "B" }, ["name"]],
  [{ status: "draft" }, ["status"]],
  [{ name: null, theme: { primary: null } }, ["name", "theme.primary"]],
  [{ theme: null }, ["theme.primary"]],
])("an entry of a list that is %o has wrong: %o", (entry, wrong) => {
  const state = widget("active", { name: "A", "theme.primary": "#ff6600" });
  expect(misfitsIn(state, { widget: entry, inList: true }, context)).toEqual(wrong);
});

test("what was only accepted has its effect at once, or a while later, and is done in the end", () => {
  const request = { method: "POST", path: "/" };
  const exchange: Exchange = {
    ...{ n: 1, operation: "pauseWidget", caller: "own", t0: 0, t1: 100, began: 1, ended: 2, request },
    response: { status: 202, headers: {} },
  };
  const states = statesAfter(widget("active"), { exchange, isRaced: false }, context, nothingRelaxed);
  expect(phasesOf(states)).toEqual(["active", "paused"]);
  const inTime = (time: number) => states.flatMap((state) => withoutOverdue(state, time, context, nothingRelaxed));
  expect(phasesOf(inTime(5000))).toEqual(["active", "paused"]);
  expect(phasesOf(inTime(5200))).toEqual(["paused"]);
  // A resume that comes before it may be undone by it, and one that comes after it is not.
  const resume = { ...exchange, n: 2, operation: "resumeWidget", response: { status: 200, headers: {} } };
  const resumed = states.flatMap((state) =>
    statesAfter(state, { exchange: resume, isRaced: false }, context, nothingRelaxed),
  );
  expect(phasesOf(resumed.flatMap((state) => statesLater(state, context, nothingRelaxed)))).toEqual([
    "active",
    "paused",
  ]);
  expect(phasesOf(resumed.flatMap((state) => withoutOverdue(state, 9000, context, nothingRelaxed)))).toEqual([
    "active",
    "paused",
  ]);
});

function phasesOf(states: readonly State[]): string[] {
  return [...new Set(states.map(({ phase }) => phase))].sort();
}
