import type { Json, JsonObject } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { asked, isDone, widgetIn, widgetPath } from "../call.test-helper.ts";
import { cells } from "../document.test-helper.ts";
import { byOwner, exclusive, type Layer, type Memory, onOperation } from "../layer.test-helper.ts";
import type { Probe } from "../subject.test-helper.ts";
import type { User } from "../user.test-helper.ts";
import { configurationOf } from "../writable.test-helper.ts";

const pausedStates = ["paused", "paused-recrawling", "paused-first-crawl", "paused-failed"];

/** Bugs in what a visitor of a site meets. */
export const visitorMutants = [
  mutant({
    id: "conversations-use-the-old-values",
    rule: "UPDATE-6",
    says: "A conversation that starts after an update uses the configuration from before it.",
    layer: (memory) => exclusive(oneUpdateBehind(memory)),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.update(id, { voice: "Kore" });
      const { conversation } = await user.converse(id);
      return conversation.voice !== "Kore" && (await user.get(id)).body.voice === "Kore";
    },
  }),
  mutant({
    id: "conversations-use-the-old-persona-at-first",
    rule: "UPDATE-6",
    says: "For ten seconds after an update of the persona conversations start with the old one.",
    layer: (memory) => exclusive(oneUpdateBehind(memory, ["persona"], 10_000)),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.update(id, { persona: "You are Sam.", voice: "Kore" });
      const { conversation } = await user.converse(id);
      return conversation.persona !== "You are Sam." && conversation.voice === "Kore";
    },
  }),
  mutant({
    id: "paused-does-not-load",
    rule: "PAUSE-3",
    says: "A paused widget is not found by the page that embeds it.",
    alsoBreaks: ["PAUSE-5"],
    document: cells("getVisitorConfig", pausedStates, { code: "not_found" }),
    shows: whenPaused(async (user, id) => (await user.config(id)).status === 404),
  }),
  mutant({
    id: "paused-does-not-load-while-recrawling",
    rule: "PAUSE-3",
    says: "A widget that is paused during a recrawl is not found by the page that embeds it.",
    alsoBreaks: ["PAUSE-5"],
    document: cells("getVisitorConfig", "paused-recrawling", { code: "not_found" }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      await user.pause(id);
      return (await user.config(id)).status === 404;
    },
  }),
  mutant({
    id: "paused-starts-conversations",
    rule: "PAUSE-4",
    says: "A paused widget starts conversations.",
    document: cells("startConversation", pausedStates, { code: null }),
    shows: whenPaused(async (user, id) => (await user.converse(id)).started === 201),
  }),
  mutant({
    id: "second-pause-starts-conversations",
    rule: "PAUSE-4",
    says: "From its second pause on a paused widget starts conversations.",
    layer: (memory) => exclusive(startingFromSecondPause(memory)),
    shows: whenPaused(async (user, id) => {
      const first = (await user.converse(id)).started;
      await user.resume(id);
      await user.pause(id);
      return first === 409 && (await user.converse(id)).started === 201;
    }),
  }),
  mutant({
    id: "pause-changes-the-script-tag",
    rule: "PAUSE-5",
    says: "From the first pause on the widget loads under another id, so that the script tag has to change.",
    layer: () => {
      const paused = new Set<string>();
      return async (call, next) => {
        const reply = await next(call);
        if (call.operation === "pauseWidget" && isDone(reply)) paused.add(call.id);
        const isMeant = call.operation === "getVisitorConfig" && isDone(reply) && paused.has(call.id);
        return isMeant ? { ...reply, body: { ...(reply.body as JsonObject), id: `${call.id}P` } } : reply;
      };
    },
    shows: whenPaused(async (user, id) => (await user.config(id)).body.id !== id),
  }),
];

function whenPaused(look: (user: User, id: string) => Promise<boolean>): Probe {
  return async (user) => {
    const { id } = (await user.active()).body;
    await user.pause(id);
    return look(user, id);
  };
}

/** Starts conversations with what a widget was before its newest update, by putting that back for a moment. */
function oneUpdateBehind(memory: Memory, members?: readonly string[], forMs = Number.POSITIVE_INFINITY): Layer {
  const before = new Map<string, { readonly at: number; readonly configuration: JsonObject }>();
  const updating = onOperation("updateWidget", async (call, next) => {
    const widget = widgetIn(await next(asked(call, "GET", call.path)));
    const reply = await next(call);
    if (widget && isDone(reply)) {
      before.set(call.id, { at: memory.now(call), configuration: only(configurationOf(widget), members) });
    }
    return reply;
  });
  const starting = onOperation("startConversation", async (call, next) => {
    const then = before.get(call.id);
    if (!then || memory.now(call) - then.at > forMs) return next(call);
    const path = widgetPath(call.id);
    const write = (configuration: JsonObject) => next(byOwner(memory, call, "PATCH", path, configuration));
    const now = widgetIn(await next(byOwner(memory, call, "GET", path)));
    await write(then.configuration);
    const reply = await next(call);
    if (now) await write(configurationOf(now));
    return reply;
  });
  return (call, next) => updating(call, (inner) => starting(inner, next));
}

function only(configuration: JsonObject, members?: readonly string[]): JsonObject {
  const { domains, ...others } = configuration;
  const kept = Object.entries(others).filter(([member]) => members?.includes(member) ?? true);
  return Object.fromEntries(kept) as { readonly [member: string]: Json };
}

/** Resumes a widget for the moment of a conversation's start. */
function startingFromSecondPause(memory: Memory): Layer {
  const pauses = new Map<string, number>();
  return async (call, next) => {
    const reply = await next(call);
    if (call.operation === "pauseWidget" && isDone(reply)) pauses.set(call.id, (pauses.get(call.id) ?? 0) + 1);
    const isMeant = call.operation === "startConversation" && reply.status === 409 && (pauses.get(call.id) ?? 0) > 1;
    if (!isMeant) return reply;
    const act = (action: string) => next(byOwner(memory, call, "POST", `${widgetPath(call.id)}/${action}`));
    await act("resume");
    const started = await next(call);
    await act("pause");
    return started;
  };
}
