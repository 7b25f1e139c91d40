import type { RuleId } from "../../../spec/generated/rules.ts";
import type { JsonObject } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { asked, isDone, part, widgetIn, widgetPath } from "../call.test-helper.ts";
import { refusal, rewriteWidget, stacked } from "../layer.test-helper.ts";
import {
  endingRecrawls,
  indexAfterPause,
  onStory,
  showingAs,
  untold,
  withoutEvent,
  withStories,
} from "../story.test-helper.ts";
import type { User } from "../user.test-helper.ts";
import { resetting } from "../writable.test-helper.ts";

/** What is done with a widget in a probe; `end` waits until every crawl has ended. */
type Deed = "update" | "pause" | "resume" | "recrawl" | "delete" | "end";

/** Bugs that a recrawl brings out, by what was done before it, during it or after it. */
export const recrawledMutants = [
  mutant({
    id: "pause-stops-the-recrawl",
    rule: "RECRAWL-4",
    says: "A pause during a recrawl stops it, and nothing tells of that: visitors never get the new content.",
    layer: stacked(untold, (memory) => endingRecrawls(memory)),
    deliver: withoutEvent("widget.crawl_failed"),
    shows: async (user) => (await indexAfterPause(user)) === "kept",
  }),
  mutant({
    id: "pause-keeps-the-new-index-away",
    rule: "RECRAWL-4",
    says: "A recrawl in which its widget was paused ends as ever, and visitors never get the new content.",
    layer: stacked(
      () => rewriteWidget((widget) => ({ ...widget, ...asSucceeded(part(widget, "last_crawl")) })),
      (memory) => endingRecrawls(memory),
    ),
    deliver: withoutEvent("widget.crawl_failed"),
    shows: async (user) => (await indexAfterPause(user)) === "kept",
  }),
  refusing("recrawled-delete-is-refused", "DELETE-1", "deleteWidget", / end/, {
    says: "A delete of a widget that was ever recrawled is answered 409, and no member tells of crawls.",
    probe: ["recrawl", "end", "delete"],
  }),
  refusing("recrawled-pause-is-refused-untold", "PAUSE-1", "pauseWidget", / end/, {
    says: "A pause of a widget that was ever recrawled is answered 409, and no member tells of crawls.",
    probe: ["recrawl", "end", "pause"],
  }),
  refusing("paused-while-recrawled-is-not-resumed", "PAUSE-2", "resumeWidget", / recrawl( update)* pause( end)?/, {
    says: "A widget that was paused during a recrawl is never resumed: that is answered 409.",
    probe: ["recrawl", "pause", "end", "resume"],
    alsoBreaks: ["PAUSE-6"],
  }),
  refusing("updated-then-recrawled-is-not-updated", "UPDATE-1", "updateWidget", / end.* end/, {
    says: "Once it was recrawled twice a widget's updates are answered 409, and no member tells of crawls.",
    probe: ["recrawl", "end", "recrawl", "end", "update"],
  }),
  refusing("resumed-is-not-recrawled", "RECRAWL-1", "recrawlWidget", / resume/, {
    says: "A recrawl of a widget that was ever resumed is answered 409.",
    probe: ["pause", "resume", "recrawl"],
    alsoBreaks: ["RECRAWL-4"],
  }),
  refusing("second-recrawl-is-refused", "RECRAWL-1", "recrawlWidget", / end/, {
    says: "The second recrawl of a widget is answered 409 for ever, and no member tells of crawls.",
    probe: ["recrawl", "end", "recrawl"],
    alsoBreaks: ["RECRAWL-4"],
  }),
  refusing("resumed-is-not-updated", "UPDATE-1", "updateWidget", / resume/, {
    says: "An update of a widget that was ever resumed is answered 409.",
    probe: ["pause", "resume", "update"],
  }),
  refusing("third-pause-breaks-down", "PAUSE-1", "pauseWidget", / pause.* pause/, {
    says: "From its third pause on a widget's pauses are answered 500.",
    probe: ["pause", "resume", "pause", "resume", "pause"],
    status: 500,
  }),
  refusing("recrawled-resume-breaks-down", "PAUSE-2", "resumeWidget", / end/, {
    says: "A resume of a widget that was ever recrawled is answered 500.",
    probe: ["recrawl", "end", "pause", "resume"],
    status: 500,
    alsoBreaks: ["PAUSE-6"],
  }),
  refusing("recrawled-delete-breaks-down", "DELETE-1", "deleteWidget", / end/, {
    says: "A delete of a widget that was ever recrawled is answered 500, and no member tells of crawls.",
    probe: ["recrawl", "end", "delete"],
    status: 500,
  }),
  mutant({
    id: "recrawling-is-not-deleted",
    rule: "DELETE-1",
    says: "A delete during a recrawl is answered, and nothing happens.",
    alsoBreaks: ["DELETE-2", "DELETE-6"],
    layer: () =>
      onStory({ operation: "deleteWidget", after: / recrawl( (update|pause|resume))*$/ }, async (call, next) => {
        const { status } = await next(asked(call, "GET", widgetPath(call.id)));
        return status === 200 ? { status: 204, headers: {} } : refusal(404, "not_found");
      }),
    shows: async (user) => (await user.get(await done(user, "recrawl", "delete"))).status === 200,
  }),
  losing("recrawl-overwrites-update", "UPDATE-5", / recrawl.* update.* end$/, ["voice", "theme", "show_label"], {
    says: "When a recrawl ends, what was written to its widget meanwhile is lost.",
    probe: ["recrawl", "update", "end"],
    alsoBreaks: ["OBJ-7", "OBJ-9", "OBJ-12", "UPDATE-2", "UPDATE-3", "UPDATE-4"],
  }),
  restoring("recrawl-restores-the-status", "RECRAWL-2", ["status"], {
    says: "When a recrawl ends its widget has the status again that it had when it began: a pause meanwhile is undone.",
    probe: ["recrawl", "pause", "end"],
    alsoBreaks: ["PAUSE-1", "PAUSE-2"],
  }),
  restoring("recrawl-restores-the-widget", "UPDATE-5", ["voice", "persona", "theme", "button_label"], {
    says: "When a recrawl ends what was written to its widget meanwhile is as it was when the recrawl began.",
    probe: ["recrawl", "update", "end"],
    alsoBreaks: ["OBJ-7", "OBJ-8", "OBJ-9", "OBJ-12", "UPDATE-2", "UPDATE-3", "UPDATE-4"],
  }),
  losing("second-recrawl-puts-the-voice-back", "UPDATE-5", / end.* end$/, ["voice"], {
    says: "When its second recrawl ends a widget has the voice of a new one.",
    probe: ["recrawl", "end", "update", "recrawl", "end"],
    alsoBreaks: ["OBJ-7", "UPDATE-2", "UPDATE-3"],
  }),
  mutant({
    id: "resumed-recrawl-makes-a-draft",
    rule: "RECRAWL-2",
    says: "A widget that was ever resumed is shown as a draft while its site is recrawled.",
    alsoBreaks: ["LIFE-4", "PAUSE-2"],
    layer: () => showingAs("draft", / resume.* recrawl$/),
    shows: async (user) => (await user.get(await done(user, "pause", "resume", "recrawl"))).body.status === "draft",
  }),
  mutant({
    id: "updated-recrawl-makes-a-draft",
    rule: "RECRAWL-2",
    says: "A widget that was ever updated is shown as a draft while its site is recrawled.",
    alsoBreaks: ["LIFE-4"],
    layer: () => showingAs("draft", / update.* recrawl$/),
    shows: async (user) => (await user.get(await done(user, "update", "recrawl"))).body.status === "draft",
  }),
];

interface Told {
  readonly says: string;
  readonly probe: readonly Deed[];
  readonly status?: number;
  readonly alsoBreaks?: readonly RuleId[];
}

/** A bug that rejects an operation after others. */
function refusing(id: string, rule: RuleId, operation: string, after: RegExp, told: Told) {
  const { says, probe, status = 409, alsoBreaks = [] } = told;
  return mutant({
    id,
    rule,
    says,
    alsoBreaks,
    layer: stacked(untold, () => onStory({ operation, after }, async () => refusal(status, "invalid_state"))),
    shows: async (user) => {
      const last = probe.at(-1) as Exclude<Deed, "end">;
      const id = await done(user, ...probe.slice(0, -1));
      const isTold = (await user.get(id)).body["last_crawl"] !== undefined;
      return !isTold && (await deeds[last](user, id)).status === status;
    },
  });
}

/** A bug that puts members back to their defaults when a recrawl ends. */
function losing(id: string, rule: RuleId, after: RegExp, members: readonly string[], told: Told) {
  const { says, probe, alsoBreaks = [] } = told;
  return mutant({
    id,
    rule,
    says,
    alsoBreaks,
    layer: () =>
      withStories({
        ended: async (story, call, next) => {
          if (after.test(story)) await next(asked(call, "PATCH", widgetPath(call.id), resetting(members)));
        },
      }),
    shows: async (user) => {
      const widget = (await user.get(await done(user, ...probe))).body;
      const fresh = (await user.active()).body;
      return members.every((member) => JSON.stringify(widget[member]) === JSON.stringify(fresh[member]));
    },
  });
}

/** A bug that puts members back to what they were when a recrawl began, once it has ended. */
function restoring(id: string, rule: RuleId, members: readonly string[], { says, probe, alsoBreaks = [] }: Told) {
  const kept = new Map<string, JsonObject>();
  return mutant({
    id,
    rule,
    says,
    alsoBreaks,
    layer: () =>
      withStories({
        on: {
          operation: "recrawlWidget",
          after: /(?:)/,
          layer: async (call, next) => {
            const before = widgetIn(await next(asked(call, "GET", widgetPath(call.id)))) ?? {};
            const reply = await next(call);
            if (isDone(reply)) kept.set(call.id, before);
            return reply;
          },
        },
        ended: async (_, call, next) => {
          const { status, ...widget } = kept.get(call.id) ?? {};
          const written = members.filter((member) => widget[member] !== undefined);
          const body = Object.fromEntries(written.map((member) => [member, widget[member] ?? null]));
          if (written.length > 0) await next(asked(call, "PATCH", widgetPath(call.id), body));
          const action = status === "paused" ? "pause" : "resume";
          if (members.includes("status")) await next(asked(call, "POST", `${widgetPath(call.id)}/${action}`));
        },
      }),
    shows: async (user) => {
      const { id: own } = (await user.active()).body;
      for (const step of probe) {
        if (step !== "end") await deeds[step](user, own);
        else user.wait(600_000);
      }
      const { status, voice } = (await user.get(own)).body;
      return members.includes("status") ? status === "active" : voice !== "Aoede";
    },
  });
}

const deeds: { readonly [deed in Exclude<Deed, "end">]: (user: User, id: string) => ReturnType<User["get"]> } = {
  update: (user, id) => user.update(id, { voice: "Aoede", show_label: false, suggested_prompts: ["One?"] }),
  pause: (user, id) => user.pause(id),
  resume: (user, id) => user.resume(id),
  recrawl: (user, id) => user.recrawl(id),
  delete: (user, id) => user.delete(id),
};

/** An active widget with which some is done. */
async function done(user: User, ...steps: readonly Deed[]): Promise<string> {
  const { id } = (await user.active()).body;
  for (const step of steps) {
    if (step !== "end") await deeds[step](user, id);
    else {
      user.wait(600_000);
      await user.get(id);
    }
  }
  return id;
}

/** A failed recrawl, told as one that has succeeded. */
function asSucceeded(crawl: JsonObject): JsonObject {
  const isFailed = crawl["trigger"] === "recrawl" && crawl["status"] === "failed";
  return isFailed ? { last_crawl: { ...crawl, status: "succeeded", pages: 7, error: null } } : {};
}
