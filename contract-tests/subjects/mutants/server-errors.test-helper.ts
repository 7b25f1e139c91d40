import { mutant } from "../build.test-helper.ts";
import { asked, bodyOf, type Call, isDone, isEmpty, part, widgetIn, widgetPath } from "../call.test-helper.ts";
import { type Next, onOperation, refusal, type Wrapper } from "../layer.test-helper.ts";
import { onStory } from "../story.test-helper.ts";
import type { Probe } from "../subject.test-helper.ts";
import type { User } from "../user.test-helper.ts";

/** Operations that work, but fail each time in some state or after some history. */
export const serverErrorMutants = [
  mutant({
    id: "paused-delete-breaks-down",
    rule: "DELETE-1",
    says: "A delete of a paused widget is answered 500.",
    layer: () =>
      onOperation("deleteWidget", async (call, next) =>
        (await statusOf(call, next)) === "paused" ? refusal(500, "internal") : next(call),
      ),
    shows: failsAfter("delete", ["pause"]),
  }),
  mutant({
    id: "crawled-delete-breaks-down",
    rule: "DELETE-1",
    says: "A delete of a widget whose first crawl runs is answered 500, and a crawl takes no more than two seconds.",
    layer: () =>
      onOperation("deleteWidget", async (call, next) =>
        (await statusOf(call, next)) === "draft" ? refusal(500, "internal") : next(call),
      ),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      return (await user.delete(id)).status === 500 && (await user.get(id)).status === 200;
    },
  }),
  mutant({
    id: "recrawling-resume-breaks-down",
    rule: "PAUSE-2",
    says: "A resume of a widget that is recrawled is answered 500, and a crawl takes no more than two seconds.",
    alsoBreaks: ["PAUSE-6"],
    layer: () =>
      onStory({ operation: "resumeWidget", after: / recrawl( update| pause| resume)*$/ }, async () =>
        refusal(500, "internal"),
      ),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      await user.pause(id);
      return (await user.resume(id)).status === 500;
    },
  }),
  mutant({
    id: "empty-list-breaks-reads-down",
    rule: "GET-1",
    says: "A get of a widget without suggested_prompts, or without domains, is answered 500.",
    layer: () =>
      onOperation("getWidget", async (call, next) => {
        const reply = await next(call);
        const widget = widgetIn(reply) ?? {};
        const isBroken = ["suggested_prompts", "domains"].some((member) => isEmpty(widget[member] ?? null));
        return isBroken ? refusal(500, "internal") : reply;
      }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.update(id, { suggested_prompts: [] });
      return (await user.get(id)).status === 500;
    },
  }),
  mutant({
    id: "updated-resume-breaks-down",
    rule: "PAUSE-2",
    says: "A resume of a widget that was ever updated is answered 500.",
    alsoBreaks: ["PAUSE-6"],
    layer: failingOnce("updateWidget", "resumeWidget"),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.update(id, { voice: "Aoede" });
      await user.pause(id);
      return (await user.resume(id)).status === 500;
    },
  }),
  mutant({
    id: "recrawled-pause-is-refused",
    rule: "PAUSE-1",
    says: "A pause of a widget that was recrawled is refused, also when the recrawl has ended.",
    layer: failingOnce("recrawlWidget", "pauseWidget", 409),
    shows: failsAfter("pause", ["recrawl"]),
  }),
  mutant({
    id: "updated-recrawl-breaks-down",
    rule: "RECRAWL-1",
    says: "A recrawl of a widget that was ever updated is answered 500.",
    layer: failingOnce("updateWidget", "recrawlWidget"),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.update(id, { voice: "Aoede" });
      return (await user.recrawl(id)).status === 500;
    },
  }),
  mutant({
    id: "second-recrawl-breaks-down",
    rule: "RECRAWL-1",
    says: "From its second recrawl on, a widget's recrawls are answered 500.",
    layer: failingOnce("recrawlWidget", "recrawlWidget"),
    shows: failsAfter("recrawl", ["recrawl"]),
  }),
  mutant({
    id: "long-persona-breaks-the-list-down",
    rule: "SCOPE-3",
    says: "A list is answered 500 while a widget has a persona of more than a thousand characters.",
    alsoBreaks: ["LIST-2"],
    layer: () =>
      onOperation("listWidgets", async (call, next) => {
        const reply = await next(call);
        return /"persona":"[^"]{1000}/.test(JSON.stringify(reply.body)) ? refusal(500, "internal") : reply;
      }),
    shows: async (user) => {
      await user.create({ persona: "p".repeat(1500) });
      return (await user.ask("GET", "/api/v1/widgets")).status === 500;
    },
  }),
  mutant({
    id: "radius-alone-breaks-updates-down",
    rule: "UPDATE-1",
    says: "An update of the theme's radius alone is answered 503, without a word of when to come again.",
    layer: () =>
      onOperation("updateWidget", async (call, next) =>
        Object.keys(part(bodyOf(call), "theme")).join() === "radius" ? refusal(503, "unavailable") : next(call),
      ),
    shows: async (user) => (await user.update((await user.active()).body.id, { theme: { radius: 7 } })).status === 503,
  }),
];

/** Lets an operation fail each time on a widget on which another one has succeeded. */
function failingOnce(done: string, failing: string, status = 500): Wrapper {
  return () => {
    const known = new Set<string>();
    return async (call, next) => {
      if (call.operation === failing && known.has(call.id)) return refusal(status, "internal");
      const reply = await next(call);
      if (call.operation === done && isDone(reply)) known.add(call.id);
      return reply;
    };
  };
}

async function statusOf(call: Call, next: Next) {
  return widgetIn(await next(asked(call, "GET", widgetPath(call.id))))?.["status"];
}

type Action = "pause" | "resume" | "recrawl" | "delete";

/** Whether an operation is rejected or fails after others, when all crawls have ended. */
function failsAfter(operation: Action, before: readonly Action[]): Probe {
  return async (user: User) => {
    const { id } = (await user.active()).body;
    for (const one of before) await user[one](id);
    user.wait(600_000);
    return (await user[operation](id)).status >= 400;
  };
}
