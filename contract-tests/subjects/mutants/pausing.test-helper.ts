import type { Json, JsonObject } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { asked, isDone, widgetIn, widgetPath } from "../call.test-helper.ts";
import { cells, likeState, shows as showing } from "../document.test-helper.ts";
import {
  byOwner,
  type Layer,
  type Memory,
  onOperation,
  refusal,
  rewriteWidget,
  rewritten,
} from "../layer.test-helper.ts";
import type { Probe } from "../subject.test-helper.ts";

const pausedStates = ["paused", "paused-recrawling", "paused-first-crawl", "paused-failed"];

/** Bugs in pausing and resuming. */
export const pausingMutants = [
  mutant({
    id: "pause-does-nothing",
    rule: "PAUSE-1",
    says: "A pause is answered, and the widget stays active.",
    alsoBreaks: ["PAUSE-4"],
    document: cells("pauseWidget", ["active", "active-recrawling"], { to: null }),
    shows: statusAfter("active", "pause"),
  }),
  mutant({
    id: "pause-makes-a-draft",
    rule: "PAUSE-1",
    says: "A paused widget is shown as a draft.",
    alsoBreaks: ["LIFE-4"],
    document: showing(pausedStates, "draft"),
    shows: statusAfter("draft", "pause"),
  }),
  mutant({
    id: "pause-only-in-its-reply",
    rule: "PAUSE-1",
    says: "Only the reply to a pause says paused; reads go on saying active.",
    alsoBreaks: ["GET-2", "LIST-4"],
    layer: () => {
      const reads = rewriteWidget((widget) =>
        widget["status"] === "paused" ? { ...widget, status: "active" } : widget,
      );
      return (call, next) => (call.operation === "pauseWidget" ? next(call) : reads(call, next));
    },
    shows: async (user) => {
      const { id } = (await user.active()).body;
      return (await user.pause(id)).body.status === "paused" && (await user.get(id)).body.status === "active";
    },
  }),
  mutant({
    id: "second-pause-does-nothing",
    rule: "PAUSE-1",
    says: "A widget that was paused and resumed before cannot be paused again: the pause is answered and does nothing.",
    alsoBreaks: ["PAUSE-4"],
    layer: () => onlyOnce("pauseWidget"),
    shows: statusAfter("active", "pause", "resume", "pause"),
  }),
  mutant({
    id: "pause-pauses-the-namesake",
    rule: "PAUSE-1",
    says: "A pause finds the widget by its name: the oldest of that name is paused.",
    alsoBreaks: ["PAUSE-2", "PAUSE-4", "DELETE-8", "OBJ-1"],
    layer: () => pausingNamesake(),
    shows: async (user) => {
      const first = (await user.active()).body.id;
      const second = (await user.active({ site_url: "https://other.example" })).body.id;
      await user.pause(second);
      return (await user.get(first)).body.status === "paused";
    },
  }),
  mutant({
    id: "resume-takes-seven-seconds",
    rule: "PAUSE-2",
    says: "A resume is answered with an active widget, which is active seven seconds later.",
    alsoBreaks: ["GET-2", "PAUSE-6", "LIST-4"],
    layer: resumingLate,
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.pause(id);
      const { status } = (await user.resume(id)).body;
      const soon = (await user.get(id)).body.status;
      user.wait(8000);
      return status === "active" && soon === "paused" && (await user.get(id)).body.status === "active";
    },
  }),
  mutant({
    id: "pause-wears-off",
    rule: "PAUSE-1",
    says: "A paused widget becomes active again by itself after four seconds.",
    alsoBreaks: ["PAUSE-4"],
    layer: (memory) => wearingOff(memory),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.pause(id);
      user.wait(5000);
      return (await user.get(id)).body.status === "active";
    },
  }),
  mutant({
    id: "resume-does-nothing",
    rule: "PAUSE-2",
    says: "A resume is answered, and the widget stays paused.",
    alsoBreaks: ["PAUSE-6"],
    document: cells("resumeWidget", ["paused", "paused-recrawling"], { to: null }),
    shows: statusAfter("paused", "pause", "resume"),
  }),
  mutant({
    id: "resume-makes-a-draft",
    rule: "PAUSE-2",
    says: "A resumed widget is a draft and stays one.",
    alsoBreaks: ["PAUSE-6", "LIFE-1", "LIFE-4"],
    document: cells("resumeWidget", ["paused", "paused-recrawling"], { to: "draft-failed" }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.pause(id);
      await user.resume(id);
      user.wait(600_000);
      return (await user.get(id)).body.status === "draft";
    },
  }),
  mutant({
    id: "resume-begins-anew",
    rule: "PAUSE-2",
    says: "A resumed widget is a draft until its site has been crawled again.",
    alsoBreaks: ["PAUSE-6", "LIFE-4", "EVENT-3"],
    document: cells("resumeWidget", "paused", { to: "draft-crawling" }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.pause(id);
      const { status } = (await user.resume(id)).body;
      user.wait(60_000);
      return status === "draft" && (await user.get(id)).body.status === "active";
    },
  }),
  mutant({
    id: "second-resume-does-nothing",
    rule: "PAUSE-2",
    says: "The second resume of a widget is answered and does nothing.",
    alsoBreaks: ["PAUSE-6"],
    layer: () => onlyOnce("resumeWidget"),
    shows: statusAfter("paused", "pause", "resume", "pause", "resume"),
  }),
  mutant({
    id: "recrawled-is-not-resumed",
    rule: "PAUSE-2",
    says: "A resume of a widget that was ever recrawled is answered and does nothing.",
    alsoBreaks: ["PAUSE-6"],
    layer: () => {
      const recrawled = new Set<string>();
      return async (call, next) => {
        const isStuck = call.operation === "resumeWidget" && recrawled.has(call.id);
        const reply = await next(isStuck ? asked(call, "GET", widgetPath(call.id)) : call);
        if (call.operation === "recrawlWidget" && isDone(reply)) recrawled.add(call.id);
        return reply;
      };
    },
    shows: statusAfter("paused", "recrawl", "pause", "resume"),
  }),
  mutant({
    id: "resumed-starts-nothing",
    rule: "PAUSE-6",
    says: "A resumed widget is active and still refuses conversations.",
    document: {
      "x-lifecycle": {
        states: part(likeState("resumed", "active"), "states"),
        operations: {
          ...part(likeState("resumed", "active"), "operations"),
          resumeWidget: { paused: { to: "resumed" }, resumed: { rule: "A-PAUSE-2" } },
          startConversation: { resumed: { code: "widget_paused", rule: "PAUSE-4" } },
        },
      },
    },
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.pause(id);
      await user.resume(id);
      return (await user.converse(id)).started === 409;
    },
  }),
  mutant({
    id: "second-resume-starts-nothing",
    rule: "PAUSE-6",
    says: "From its second resume on a widget is active and refuses conversations.",
    layer: () => refusingFromSecondResume(),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      const started = [];
      for (let n = 0; n < 2; n++) {
        await user.pause(id);
        await user.resume(id);
        started.push((await user.converse(id)).started);
      }
      return started.join() === "201,409";
    },
  }),
];

function part(change: JsonObject, table: "states" | "operations"): JsonObject {
  return (change["x-lifecycle"] as JsonObject)[table] as JsonObject;
}

/** Whether an active widget has a status after some operations, wherever it is read. */
function statusAfter(status: string, ...operations: readonly ("pause" | "resume" | "recrawl")[]): Probe {
  return async (user) => {
    const { id } = (await user.active()).body;
    for (const operation of operations) await user[operation](id);
    return (await user.get(id)).body.status === status && (await user.entry(id)).status === status;
  };
}

/** Answers an operation as before, but does it only the first time that it moves a widget. */
function onlyOnce(operation: string): Layer {
  const done = new Set<string>();
  return onOperation(operation, async (call, next) => {
    const before = await next(asked(call, "GET", widgetPath(call.id)));
    if (done.has(call.id) && isDone(before)) return before;
    const reply = await next(call);
    const isMoved = widgetIn(before)?.["status"] !== widgetIn(reply)?.["status"];
    if (isDone(reply) && isMoved) done.add(call.id);
    return reply;
  });
}

function pausingNamesake(): Layer {
  const oldest = new Map<Json | undefined, string>();
  return async (call, next) => {
    if (call.operation === "pauseWidget") {
      const name = widgetIn(await next(asked(call, "GET", widgetPath(call.id))))?.["name"];
      const id = oldest.get(name) ?? call.id;
      const reply = await next(asked(call, "POST", `${widgetPath(id)}/pause`));
      return rewritten(reply, call, (widget) => ({ ...widget, id: call.id }));
    }
    const reply = await next(call);
    const created = call.operation === "createWidget" ? widgetIn(reply) : undefined;
    if (created && !oldest.has(created["name"])) oldest.set(created["name"], String(created["id"]));
    if (call.operation === "deleteWidget") for (const [name, id] of oldest) if (id === call.id) oldest.delete(name);
    return reply;
  };
}

function wearingOff(memory: Memory): Layer {
  const pausedAt = new Map<string, number>();
  return async (call, next) => {
    for (const [id, at] of pausedAt) {
      if (memory.now(call) - at <= 4000) continue;
      pausedAt.delete(id);
      await next(byOwner(memory, call, "POST", `${widgetPath(id)}/resume`));
    }
    const reply = await next(call);
    if (call.operation === "pauseWidget" && isDone(reply)) pausedAt.set(call.id, memory.now(call));
    if (call.operation === "resumeWidget" || call.operation === "deleteWidget") pausedAt.delete(call.id);
    return reply;
  };
}

function refusingFromSecondResume(): Layer {
  const resumed = new Map<string, number>();
  return async (call, next) => {
    const isRefused = call.operation === "startConversation" && (resumed.get(call.id) ?? 0) > 1;
    if (isRefused) return refusal(409, "widget_paused");
    const reply = await next(call);
    if (call.operation === "resumeWidget" && isDone(reply)) resumed.set(call.id, (resumed.get(call.id) ?? 0) + 1);
    return reply;
  };
}

/** Answers a resume as if it was done, and does it later. */
function resumingLate(memory: Memory): Layer {
  const due = new Map<string, number>();
  return async (call, next) => {
    for (const [id, at] of due) {
      if (memory.now(call) < at) continue;
      due.delete(id);
      await next(byOwner(memory, call, "POST", `${widgetPath(id)}/resume`));
    }
    if (call.operation !== "resumeWidget") return next(call);
    const seen = await next(asked(call, "GET", widgetPath(call.id)));
    const widget = widgetIn(seen);
    if (widget?.["status"] !== "paused") return next(call);
    due.set(call.id, memory.now(call) + 7000);
    return { ...seen, body: { ...widget, status: "active" } };
  };
}
