import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { type Exchange, ownCallsOf } from "../history/exchange.ts";
import { acceptedWrites, getsAround, getsIn, isShown, type JudgedTimeline, writesIn } from "../history/timeline.ts";
import { memberOf, nothingKnown, pairOf } from "../model/members.ts";
import type { Effect, Relaxation } from "../model/relaxation.ts";
import { type ModelContext, type State, withOneAsBefore, withoutValues } from "../model/state.ts";
import { timesAccepted } from "./calls.ts";
import { failuresOf } from "./failures.ts";
import { refusing, touching } from "./hooks.ts";
import { rulesThatKeep } from "./object.ts";
import type { Breach, RuleContext, RuleEntry } from "./rule-entry.ts";
import { withSameIds } from "./same-ids.ts";
import { serverErrorsOf } from "./server-errors.ts";
import { conversationsAfterUpdate } from "./visits.ts";

const ofUpdates = { operation: "updateWidget", takes: ["updateWidget"] } as const satisfies RuleEntry;
const ofAnyUpdate = { ...ofUpdates, evidence: timesAccepted("updateWidget") } as const satisfies RuleEntry;

/** The rules about updating a widget. */
export const updateRules = {
  "UPDATE-1": {
    ...ofAnyUpdate,
    watched: serverErrorsOf("updateWidget"),
    findings: failuresOf("updateWidget"),
    relaxations: [{ breadth: 35, ...refusing("UPDATE-1") }],
    // Where none was ever accepted it is its form that is not taken.
    insteadOf: ({ done, named }) =>
      named.includes("UPDATE-1") || ownCallsOf(done, "updateWidget").length > 0 ? undefined : "PATH-2",
  },
  "UPDATE-2": {
    ...ofAnyUpdate,
    findings: spoiltParts,
    relaxations: [
      { breadth: 14, forgets: ({ by }) => by === "updateWidget" },
      { breadth: 94, ...touching("updateWidget", "the-same") },
      // No rule is about creates: what another one changes was not sent.
      { breadth: 95, ...touching("createWidget", "the-same") },
    ],
    // What an update of another widget has changed no update of its own has spoilt.
    hides: ({ finding: { rule }, by }, _, { about }) => about !== undefined && by === "calls" && rule === "UPDATE-2",
  },
  "UPDATE-3": {
    ...ofAnyUpdate,
    relaxations: [
      {
        breadth: 21,
        after: afterUpdate((effect) => [...lostTogether(effect), ...lostOfDocumented(effect)]),
        mayBeRefused: ({ exchange, context: { accepted, members } }) =>
          sendsTogether(exchange, members.documentedUpdate) && !accepted.has(members.documentedForm),
      },
    ],
  },
  "UPDATE-4": {
    ...ofAnyUpdate,
    relaxations: [
      {
        breadth: 22,
        after: ({ stuck, exchange, context: { members } }) => {
          const inPart = members.sentInPart(exchange.request.body ?? {});
          return inPart.length > 0 ? [withoutValues(stuck, (name) => inPart.includes(memberOf(name)))] : [];
        },
        mayBeRefused: ({ exchange, context: { accepted, members } }) =>
          members.sentInPart(exchange.request.body ?? {}).some((name) => !accepted.has(name)),
      },
    ],
  },
  "UPDATE-5": {
    ...ofAnyUpdate,
    findings: withSameIds("updateWidget", ({ request }, view, { model: { members } }) => {
      const shown = view && members.shownIn(view);
      const lost = [...members.valuesIn(request.body ?? {})].find(
        ([name, value]) => shown && !members.isSame(name, value, shown.get(name) ?? null),
      );
      return lost && `After an update ${lost[0]} is ${JSON.stringify(shown?.get(lost[0]) ?? null)}, not what was sent.`;
    }),
    relaxations: [
      // A recrawl puts a member back, or all parts of one, at once or when it is updated.
      {
        breadth: 20,
        after: (effect) => {
          const { before, stuck, exchange, context } = effect;
          if (isUpdate(effect)) {
            const isCrawled = before.mayChange && before.phase !== context.life.initial;
            const sent = context.members.valuesIn(exchange.request.body ?? {}).keys();
            return isCrawled ? [...oneAsBefore(effect), ...withOneUnknown(stuck, sent)] : [];
          }
          if (!context.life.startsCrawl(exchange.operation)) return [];
          const some = [...before.written].filter((name) => !isSaidToBeKept(name, context));
          return [...withOneAsBefore({ ...before, values: nothingKnown }, stuck, some), ...withOneUnknown(stuck, some)];
        },
      },
      // An update, or one member of it, is left out.
      {
        breadth: 55,
        after: afterUpdate((effect) => [effect.before, ...oneAsBefore(effect)]),
      },
      { breadth: 65, ...lostUpdate(() => true) },
    ],
  },
  "UPDATE-6": {
    ...ofUpdates,
    adapter: ["startConversation"],
    // By what the API itself shows; where that is not what was written another rule is broken.
    shown: conversationsAfterUpdate,
  },
  "UPDATE-7": {
    ...ofUpdates,
    evidence: updatedDrafts,
    relaxations: [{ breadth: 13, onlyViews: true, forgets: ({ by }) => by === "crawl" }],
  },
  "UPDATE-8": {
    ...ofUpdates,
    evidence: ({ timelines }) =>
      timelines.reduce(
        (sum, { moments }) => sum + moments.filter((one) => one.kind === "call" && one.isRaced).length,
        0,
      ),
    relaxations: [{ breadth: 11, ...lostUpdate(({ isRaced }) => isRaced) }],
  },
} satisfies { readonly [rule: string]: RuleEntry };

function isUpdate({ exchange }: Effect): boolean {
  return exchange.operation === "updateWidget";
}

/** Adds states after an accepted update alone. */
function afterUpdate(states: (effect: Effect) => readonly State[]): (effect: Effect) => readonly State[] {
  return (effect) => (isUpdate(effect) ? states(effect) : []);
}

/** The states in which one of the members that an update sends, or of some of them, is as it was before. */
function oneAsBefore({ before, stuck, exchange, context }: Effect, isMeant = (_: string) => true): State[] {
  const sent = [...context.members.valuesIn(exchange.request.body ?? {}).keys()];
  return withOneAsBefore(before, stuck, sent.filter(isMeant));
}

/** The states in which nothing is known of all parts of one member that has some. */
function withOneUnknown(stuck: State, names: Iterable<string>): State[] {
  const wholes = new Set([...names].filter((name) => name !== memberOf(name)).map(memberOf));
  return [...wholes].map((whole) => withoutValues(stuck, (name) => memberOf(name) === whole));
}

/** Whether a rule says of a member that it keeps what was written. */
function isSaidToBeKept(name: string, { members }: ModelContext): boolean {
  const rule = members.ruleOf(name);
  return rulesThatKeep.some((one) => one === rule);
}

/** Lets some updates be accepted and lost, or leave what was sent uncertain. */
function lostUpdate(
  isMeant: (call: { readonly isRaced: boolean }) => boolean,
): Required<Pick<Relaxation, "forgets" | "after">> {
  return {
    forgets: (change) => isMeant(change) && change.context.life.startsCrawl(change.by),
    // With the members that it sends known as written: what shows them right leaves one state.
    after: afterUpdate((effect) => (isMeant(effect) ? [{ ...effect.kept, written: effect.stuck.written }] : [])),
  };
}

/** Whether an update sends all of some members. */
function sendsTogether({ request }: Exchange, names: readonly string[]): boolean {
  return names.every((name) => request.body?.[name] !== undefined);
}

/** What the documentation sends in one call, and nothing of it has come. */
function lostTogether({ before, exchange, context }: Effect): State[] {
  return sendsTogether(exchange, context.members.documentedUpdate) ? [before] : [];
}

/** One of the members that the documentation sends is as it was before, or, in one call with another, is anything. */
function lostOfDocumented(effect: Effect): State[] {
  const { stuck, exchange, context } = effect;
  const { documentedUpdate } = context.members;
  const isOfIt = (name: string) => documentedUpdate.includes(memberOf(name));
  const isTogether = documentedUpdate.filter((name) => exchange.request.body?.[name] !== undefined).length > 1;
  // What such values lead to is named by their member.
  if (exchange.isTricky) return [];
  return [...oneAsBefore(effect, isOfIt), ...(isTogether ? [withoutValues(stuck, isOfIt)] : [])];
}

/** How many drafts were updated and seen active later. */
function updatedDrafts({ timelines, model: { life } }: RuleContext): number {
  return timelines.filter(({ moments }) => {
    const firstActive = moments.findIndex((moment) => isShown(moment) && moment.widget["status"] === life.active);
    return moments
      .slice(0, Math.max(0, firstActive))
      .some(({ kind, exchange }) => kind === "call" && exchange.operation === "updateWidget");
  }).length;
}

/**
 * Parts of an object that an update sends only in part, and that it makes something else of than a target may (A-PATCH-1):
 * all of them stay, go back to what widgets have that were not given any, or are gone.
 */
function spoiltParts(context: RuleContext): Breach[] {
  const { timelines, model } = context;
  const { members } = model;
  const usual = new Set(timelines.flatMap((timeline) => usualPairs(timeline, members)));
  return timelines.flatMap((timeline) => {
    return acceptedWrites(timeline, "updateWidget").flatMap((update): Breach[] => {
      const body = update.request.body ?? {};
      const { before, after } = getsAround(timeline, update) ?? {};
      if (!before || !after || before.widget["status"] === model.life.initial) return [];
      const old = members.shownIn(before.widget);
      const unsent = [...members.shownIn(after.widget)].filter(([name]) => {
        const whole = body[memberOf(name)];
        return isJsonObject(whole) && name.includes(".") && !((name.split(".")[1] ?? "") in whole) && old.has(name);
      });
      const isKept = ([name, value]: Part) => members.isSame(name, value, old.get(name) ?? null);
      const isUsual = ([name, value]: Part) => usual.has(pairOf(name, value));
      // Where another one of the object stays, none goes back.
      const hasOtherKept = ([name]: Part) =>
        unsent.some((other) => memberOf(other[0]) === memberOf(name) && isKept(other) && !isUsual(other));
      const spoilt = unsent.find((part) => !isKept(part) && (!isUsual(part) || hasOtherKept(part)));
      if (!spoilt) return [];
      const [name, value] = spoilt;
      const was = JSON.stringify(old.get(name));
      const message = `An update that sent other parts of ${memberOf(name)} made ${name} ${JSON.stringify(value)}.`;
      return [
        {
          message,
          calls: [before.exchange.n, update.n, after.exchange.n],
          script: timeline.script,
          expected: `${name} is ${was}`,
        },
      ];
    });
  });
}

/** A part of an object, as `theme.mode`, with its value. */
type Part = readonly [name: string, value: Json];

/** The values that parts of objects were first shown with, by the create or by the first crawl, where none had been sent. */
function usualPairs(timeline: JudgedTimeline, members: ModelContext["members"]): string[] {
  const writes = [timeline.created, ...writesIn(timeline)];
  const isSent = (member: string, until: number) =>
    writes.some(({ began, request }) => began < until && request.body?.[member] !== undefined);
  const usual = new Map<string, string>();
  for (const { widget, exchange } of getsIn(timeline)) {
    for (const [name, value] of members.shownIn(widget)) {
      const isOfObject = name.includes(".") && value !== null && !usual.has(name);
      if (isOfObject && !isSent(memberOf(name), exchange.ended)) usual.set(name, pairOf(name, value));
    }
  }
  return [...usual.values()];
}
