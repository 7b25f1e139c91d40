import { setImmediate } from "node:timers/promises";
import { isJsonObject, type Json, type JsonObject } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { asked, bodyOf, has, isDone, isEmpty, part, widgetIn, widgetPath, withBody } from "../call.test-helper.ts";
import {
  type Layer,
  type Memory,
  onceDone,
  onOperation,
  rewriteWidget,
  takeBody,
  type Wrapper,
} from "../layer.test-helper.ts";
import { readBack, written } from "../probes.test-helper.ts";
import type { Probe } from "../subject.test-helper.ts";
import { configurationOf, resetting, writable } from "../writable.test-helper.ts";

/** Bugs in what is read after an update, of what it has sent and of what it has not. */
export const updateKeepsMutants = [
  mutant({
    id: "update-replaces-all",
    rule: "UPDATE-2",
    says: "Members that an update does not send go back to their defaults.",
    alsoBreaks: ["UPDATE-8", "OBJ-8"],
    layer: () =>
      takeBody("updateWidget", (body) => ({ ...resetting(Object.keys(written)), button_label: null, ...body })),
    shows: loses("persona", { intro_subtitle: "Ask" }),
  }),
  mutant({
    id: "rename-rewrites-the-texts",
    rule: "UPDATE-2",
    says: "An update of the name makes title, subtitle and prompts anew from it.",
    layer: () =>
      takeBody("updateWidget", (body) =>
        has(body, "name") ? { ...resetting(["intro_title", "intro_subtitle", "suggested_prompts"]), ...body } : body,
      ),
    shows: loses("intro_title", { name: "Southwind" }),
  }),
  mutant({
    id: "mode-takes-the-position-along",
    rule: "UPDATE-2",
    says: "An update of the display mode puts the position back to its default.",
    layer: () => takeBody("updateWidget", (body) => (has(body, "display_mode") ? { position: null, ...body } : body)),
    shows: async (user) => {
      const { id } = (await user.active({ position: "top-left" })).body;
      await user.update(id, { display_mode: "fab" });
      return (await user.get(id)).body.position !== "top-left";
    },
  }),
  mutant({
    id: "voice-takes-the-persona-along",
    rule: "UPDATE-2",
    says: "An update of the voice puts the persona back to its default.",
    layer: () => takeBody("updateWidget", (body) => (has(body, "voice") ? { persona: null, ...body } : body)),
    shows: loses("persona", { voice: "Kore" }),
  }),
  mutant({
    id: "update-forgets-false",
    rule: "UPDATE-2",
    says: "A show_label of false becomes true by an update that does not send it.",
    alsoBreaks: ["OBJ-12", "UPDATE-8"],
    layer: () => takeBody("updateWidget", (body) => ({ show_label: true, ...body })),
    shows: loses("show_label", { voice: "Kore" }),
  }),
  mutant({
    id: "theme-takes-the-domains-along",
    rule: "UPDATE-2",
    says: "An update of the theme puts the domains back to the site's host.",
    layer: () => takeBody("updateWidget", (body) => (has(body, "theme") ? { domains: null, ...body } : body)),
    shows: async (user) => {
      const { id } = (await user.active({ domains: ["a.example", "b.example"] })).body;
      await user.update(id, { theme: { radius: 8 } });
      return (await user.get(id)).body.domains.length === 1;
    },
  }),
  ...[
    {
      word: "nulls-the-rest",
      spoilt: { mode: null, primary: null, radius: null },
      says: "makes the members null that it does not send",
    },
    { word: "takes-the-radius-away", spoilt: { radius: 0 }, says: "makes the radius 0 where that is not sent" },
    { word: "changes-the-mode", spoilt: { mode: "auto" }, says: "makes the mode auto where that is not sent" },
  ].map(({ word, spoilt, says }) =>
    mutant({
      id: `partial-theme-${word}`,
      rule: "UPDATE-2",
      says: `An update of part of the theme ${says}.`,
      // Its events show what it has, and only its answers what it makes of that.
      alsoBreaks: ["OBJ-9", "EVENT-2"],
      layer: () => spoilingParts("theme", spoilt),
      shows: async (user) => {
        const theme = (await readBack(user, { theme: { primary: "#00ff00" } }))["theme"];
        return Object.entries(spoilt).every(([part, value]) => part === "primary" || theme[part] === value);
      },
    }),
  ),
  mutant({
    id: "partial-theme-resets-the-mode-alone",
    rule: "UPDATE-2",
    says: "An update of part of the theme puts the mode back to its default, and nothing else.",
    alsoBreaks: ["OBJ-9", "EVENT-2"],
    layer: () => spoilingParts("theme", { mode: "dark" }),
    shows: async (user) => {
      const theme = { mode: "light", primary: "#00ff00", radius: 8 };
      const { id } = (await user.active({ theme })).body;
      await user.update(id, { theme: { primary: "#0000ff" } });
      const seen = (await user.get(id)).body.theme;
      return seen.mode === "dark" && seen.radius === 8;
    },
  }),
  mutant({
    id: "radius-of-nothing",
    rule: "UPDATE-5",
    says: "A radius of 0 is taken for one that was not sent.",
    alsoBreaks: ["UPDATE-4", "OBJ-9"],
    layer: () => takeBody("updateWidget", withoutZeroRadius),
    shows: async (user) => (await readBack(user, { theme: { radius: 0 } })).theme.radius !== 0,
  }),
  mutant({
    id: "no-domains-means-all-defaults",
    rule: "UPDATE-5",
    says: "An empty list of domains is replaced by the site's host.",
    layer: () =>
      takeBody("updateWidget", (body) =>
        has(body, "domains") && isEmpty(body["domains"] ?? null) ? { ...body, domains: null } : body,
      ),
    shows: async (user) => (await readBack(user, { domains: [] })).domains.length > 0,
  }),
  mutant({
    id: "update-only-in-its-reply",
    rule: "UPDATE-5",
    says: "The reply to an update shows the new intro_title; reads go on with the old one.",
    alsoBreaks: ["GET-2", "LIST-4", "UPDATE-8"],
    layer: inReplyAlone("intro_title"),
    shows: async (user) => (await readBack(user, { intro_title: "Hello" })).intro_title !== "Hello",
  }),
  mutant({
    id: "label-only-in-its-reply",
    rule: "UPDATE-5",
    says: "The reply to an update shows the new button_label; reads go on with the old one.",
    alsoBreaks: ["GET-2", "LIST-4", "UPDATE-8"],
    layer: inReplyAlone("button_label"),
    shows: async (user) => (await readBack(user, { button_label: "Hello" })).button_label !== "Hello",
  }),
  mutant({
    id: "later-updates-only-in-their-replies",
    rule: "UPDATE-5",
    says: "From the second update on the reply shows the new intro_subtitle; reads go on with the old one.",
    alsoBreaks: ["GET-2", "LIST-4", "UPDATE-8"],
    layer: () => {
      const updated = new Set<string>();
      return onOperation("updateWidget", async (call, next) => {
        const { intro_subtitle: text, ...body } = bodyOf(call);
        const isLater = updated.has(call.id) && text !== undefined;
        const reply = await next(isLater ? withBody(call, body) : call);
        const widget = widgetIn(reply);
        if (widget) updated.add(call.id);
        return widget && isLater ? { ...reply, body: { ...widget, intro_subtitle: text } } : reply;
      });
    },
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.update(id, { intro_subtitle: "One" });
      const { body } = await user.update(id, { intro_subtitle: "Two" });
      return body.intro_subtitle === "Two" && (await user.get(id)).body.intro_subtitle === "One";
    },
  }),
  mutant({
    id: "second-update-is-ignored",
    rule: "UPDATE-5",
    says: "A second update within five seconds is answered and forgotten.",
    alsoBreaks: ["UPDATE-3", "UPDATE-4", "UPDATE-8", "GET-2"],
    layer: throttled,
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.update(id, { voice: "Kore" });
      await user.update(id, { voice: "Puck" });
      return (await user.get(id)).body.voice === "Kore";
    },
  }),
  mutant({
    id: "updates-are-ignored-after-a-resume",
    rule: "UPDATE-5",
    says: "A widget that was paused and resumed takes updates that change nothing.",
    alsoBreaks: ["UPDATE-3", "UPDATE-4", "PAUSE-7"],
    layer: ignoredAfterResume,
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.pause(id);
      await user.resume(id);
      await user.update(id, { voice: "Kore" });
      return (await user.get(id)).body.voice !== "Kore";
    },
  }),
  mutant({
    id: "recrawl-puts-the-voice-back",
    rule: "UPDATE-5",
    says: "After a recrawl the voice is the default one, whatever was written.",
    alsoBreaks: ["OBJ-7", "UPDATE-2", "UPDATE-3"],
    layer: () => onceDone("recrawlWidget", (widget) => ({ ...widget, voice: "Charon" })),
    shows: async (user) => {
      const { id } = (await user.active({ voice: "Kore" })).body;
      await user.recrawl(id);
      return (await user.get(id)).body.voice === "Charon";
    },
  }),
  mutant({
    id: "draft-updates-do-not-outlive-the-crawl",
    rule: "UPDATE-7",
    says: "What was written to a draft is as it was created when the crawl has finished.",
    alsoBreaks: ["OBJ-3", "OBJ-8", "UPDATE-3", "UPDATE-5"],
    layer: () => draftUpdatesLost(),
    shows: losesDraftUpdate({ voice: "Kore" }),
  }),
  mutant({
    id: "crawl-writes-the-persona",
    rule: "UPDATE-7",
    says: "The persona that was written to a draft is replaced when the crawl has finished.",
    alsoBreaks: ["OBJ-8", "UPDATE-3", "UPDATE-5"],
    layer: () => draftUpdatesLost(["persona"]),
    shows: losesDraftUpdate({ persona: "You are Sam." }),
  }),
  mutant({
    id: "simultaneous-updates-lose-one",
    rule: "UPDATE-8",
    says: "An update reads the widget, thinks for a moment and writes all of it: of two at once one is lost.",
    layer: () => onOperation("updateWidget", readThenWrite),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await Promise.all([user.update(id, { voice: "Kore" }), user.update(id, { intro_title: "Hello" })]);
      const { voice, intro_title: title } = (await user.get(id)).body;
      return voice !== "Kore" || title !== "Hello";
    },
  }),
];

function withoutZeroRadius(body: JsonObject): JsonObject {
  const { radius, ...theme } = part(body, "theme");
  return radius === 0 ? { ...body, theme } : body;
}

/** Whether an update of something else changes a member of an active widget. */
function loses(member: keyof typeof written, update: Json): Probe {
  return async (user) => {
    const { id } = (await user.active(written)).body;
    await user.update(id, update);
    return JSON.stringify((await user.get(id)).body[member]) !== JSON.stringify(written[member]);
  };
}

/** Whether what was written to a draft is gone when it is active. */
function losesDraftUpdate(update: JsonObject): Probe {
  return async (user) => {
    const { id } = (await user.create()).body;
    const [[member, value] = []] = Object.entries(update);
    await user.update(id, update);
    const asDraft = (await user.get(id)).body[member ?? ""];
    user.wait(60_000);
    return asDraft === value && (await user.get(id)).body[member ?? ""] !== value;
  };
}

function throttled(memory: Memory): Layer {
  const updated = new Map<string, number>();
  return onOperation("updateWidget", async (call, next) => {
    const now = memory.now(call);
    const isSoon = now - (updated.get(call.id) ?? Number.NEGATIVE_INFINITY) < 5000;
    const reply = await next(isSoon ? asked(call, "GET", call.path) : call);
    if (!isSoon && isDone(reply)) updated.set(call.id, now);
    return reply;
  });
}

function ignoredAfterResume(): Layer {
  const resumed = new Set<string>();
  return async (call, next) => {
    if (call.operation === "updateWidget" && resumed.has(call.id)) return next(asked(call, "GET", call.path));
    const reply = await next(call);
    if (call.operation === "resumeWidget" && isDone(reply)) resumed.add(call.id);
    return reply;
  };
}

/** Puts back what drafts were created with, as soon as somebody sees them active. */
function draftUpdatesLost(members = writable): Layer {
  const atFirst = new Map<Json | undefined, JsonObject>();
  const putBack = rewriteWidget((widget) => {
    const then = widget["status"] === "draft" ? undefined : atFirst.get(widget["id"]);
    return then ? { ...widget, ...then } : widget;
  });
  return async (call, next) => {
    if (call.operation !== "updateWidget") return putBack(call, next);
    const before = widgetIn(await next(asked(call, "GET", call.path)));
    const sent = members.filter((member) => member in bodyOf(call));
    if (before?.["status"] === "draft") {
      const known = atFirst.get(call.id) ?? {};
      const lost = Object.fromEntries(sent.map((member) => [member, before[member] ?? null]));
      atFirst.set(call.id, { ...lost, ...known });
    } else {
      const kept = Object.entries(atFirst.get(call.id) ?? {}).flatMap(([member, value]) => {
        if (!sent.includes(member)) return [[member, value] as const];
        // Of an object only what is sent is written.
        const now = bodyOf(call)[member];
        return isJsonObject(now) && isJsonObject(value) ? [[member, { ...value, ...now }] as const] : [];
      });
      atFirst.set(call.id, Object.fromEntries(kept));
    }
    return putBack(call, next);
  };
}

const readThenWrite: Layer = async (call, next) => {
  const before = widgetIn(await next(asked(call, "GET", widgetPath(call.id))));
  if (!before) return next(call);
  for (let turn = 0; turn < 3; turn++) await setImmediate();
  const { theme, ...body } = bodyOf(call);
  const whole = theme === undefined ? {} : { theme: { ...part(before, "theme"), ...part(bodyOf(call), "theme") } };
  return next(withBody(call, { ...configurationOf(before), ...body, ...whole }));
};

/** Shows parts of an object otherwise from an update on that sends others of it, until they are sent. */
function spoilingParts(member: string, values: JsonObject): Layer {
  const spoilt = new Map<Json | undefined, JsonObject>();
  const layer = rewriteWidget((widget) => {
    const others = spoilt.get(widget["id"]);
    return others ? { ...widget, [member]: { ...part(widget, member), ...others } } : widget;
  });
  return (call, next) =>
    layer(call, async (inner) => {
      const reply = await next(inner);
      const sent = part(bodyOf(call), member);
      if (call.operation !== "updateWidget" || !isDone(reply) || Object.keys(sent).length === 0) return reply;
      const all = Object.entries({ ...values, ...spoilt.get(call.id) }).filter(([name]) => !(name in sent));
      spoilt.set(call.id, Object.fromEntries(all));
      return reply;
    });
}

/** Shows what an update sends of a member in the reply to it alone. */
function inReplyAlone(member: string): Wrapper {
  return () =>
    onOperation("updateWidget", async (call, next) => {
      const { [member]: value, ...body } = bodyOf(call);
      const reply = await next(value === undefined ? call : withBody(call, body));
      const widget = widgetIn(reply);
      return widget && value !== undefined ? { ...reply, body: { ...widget, [member]: value } } : reply;
    });
}
