import { mutant } from "../build.test-helper.ts";
import { asked, bodyOf, type Call, entriesOf, isDone, type Widget, widgetIn, widgetPath } from "../call.test-helper.ts";
import { everyWidget } from "../everything.test-helper.ts";
import { afterwards, type Layer, onOperation, refusal } from "../layer.test-helper.ts";
import { afterDelete } from "../probes.test-helper.ts";
import type { Probe } from "../subject.test-helper.ts";
import { widgets } from "../user.test-helper.ts";

/** Bugs in deleting that bring widgets back or take others along. */
export const deletingOthersMutants = [
  mutant({
    id: "resume-brings-back",
    rule: "DELETE-6",
    says: "A resume brings a deleted widget back.",
    alsoBreaks: ["DELETE-1"],
    layer: () => undoing("resumeWidget"),
    shows: afterDelete(async (user, id) => (await user.resume(id)).status < 300),
  }),
  mutant({
    id: "update-brings-back",
    rule: "DELETE-6",
    says: "An update brings a deleted widget back.",
    alsoBreaks: ["DELETE-1"],
    layer: () => undoing("updateWidget"),
    shows: afterDelete(async (user, id) => (await user.update(id, { voice: "Kore" })).status < 300),
  }),
  mutant({
    id: "recrawl-brings-back",
    rule: "DELETE-6",
    says: "A recrawl brings a deleted widget back.",
    alsoBreaks: ["DELETE-1"],
    layer: () => undoing("recrawlWidget"),
    shows: afterDelete(async (user, id) => (await user.recrawl(id)).status < 300),
  }),
  mutant({
    id: "refused-recrawl-brings-back",
    rule: "DELETE-6",
    says: "A recrawl of a deleted widget is refused, and brings it back.",
    alsoBreaks: ["DELETE-1"],
    layer: () => {
      const undo = undoing("recrawlWidget");
      return async (call, next) => {
        const isGone =
          call.operation === "recrawlWidget" && (await next(asked(call, "GET", widgetPath(call.id)))).status === 404;
        const reply = await undo(call, next);
        return isGone ? refusal(409, "crawl_in_progress") : reply;
      };
    },
    shows: afterDelete(async (user, id) => {
      const { status } = await user.recrawl(id);
      return status === 409 && (await user.get(id)).status === 200;
    }),
  }),
  mutant({
    id: "delete-takes-paused-ones",
    rule: "DELETE-8",
    says: "A delete of a paused widget takes another one that is paused.",
    layer: () => deletingToo((deleted, other) => deleted["status"] === "paused" && other["status"] === "paused"),
    shows: async (user) => {
      const [one, two] = [(await user.active()).body.id, (await user.active()).body.id];
      await user.pause(one);
      await user.pause(two);
      await user.delete(one);
      return (await user.get(two)).status === 404;
    },
  }),
  mutant({
    id: "delete-takes-the-namesake",
    rule: "DELETE-8",
    says: "A delete takes every widget of the same name.",
    alsoBreaks: ["SCOPE-3", "GET-1", "LIST-3"],
    layer: () => deletingToo((deleted, other) => deleted["name"] === other["name"]),
    shows: deletesAnother({ name: "Twin" }, { name: "Twin", site_url: "https://other.example" }),
  }),
  mutant({
    id: "delete-takes-the-site",
    rule: "DELETE-8",
    says: "A delete takes every widget for the same site.",
    alsoBreaks: ["SCOPE-3", "GET-1", "LIST-3"],
    layer: () => deletingToo((deleted, other) => deleted["site_url"] === other["site_url"]),
    shows: deletesAnother({ name: "One" }, { name: "Two" }),
  }),
  mutant({
    id: "delete-pauses-a-neighbour",
    rule: "DELETE-8",
    says: "A delete pauses the newest widget that is left.",
    alsoBreaks: ["LIST-4", "RECRAWL-2"],
    layer: () =>
      afterwards("deleteWidget", async (call, _, next) => {
        const newest = entriesOf(await next(asked(call, "GET", widgets)))[0];
        if (newest) await next(asked(call, "POST", `${widgetPath(String(newest["id"]))}/pause`));
        return undefined;
      }),
    shows: async (user) => {
      const other = (await user.active()).body.id;
      const { id } = (await user.active()).body;
      await user.delete(id);
      return (await user.get(other)).body.status === "paused";
    },
  }),
];

function deletesAnother(deleted: object, other: object): Probe {
  return async (user) => {
    const left = (await user.create(other)).body.id;
    await user.delete((await user.create(deleted)).body.id);
    return (await user.get(left)).status === 404;
  };
}

/** Brings deleted widgets back by an operation; gets find them from then on. */
function undoing(operation: string): Layer {
  const deletedBy = new Map<string, Map<string, Widget>>();
  const back = new Set<string>();
  return async (call, next) => {
    // Another organization does not find it.
    const key = call.headers["authorization"] ?? "";
    const deleted = deletedBy.get(key) ?? new Map<string, Widget>();
    deletedBy.set(key, deleted);
    const widget = call.operation === "deleteWidget" ? widgetIn(await next(asked(call, "GET", call.path))) : undefined;
    const reply = await next(call);
    if (widget && isDone(reply)) deleted.set(call.id, widget);
    const ghost = deleted.get(call.id);
    if (!ghost || reply.status !== 404) return reply;
    if (call.operation === operation) back.add(call.id);
    const isBack = back.has(call.id) && (call.operation === operation || call.operation === "getWidget");
    return isBack ? { status: 200, headers: {}, body: { ...ghost, status: "active", ...written(call) } } : reply;
  };
}

function written(call: Call): Widget {
  const { theme, ...body } = call.operation === "updateWidget" ? bodyOf(call) : {};
  return body as Widget;
}

/** Deletes other widgets besides, of the same organization. */
function deletingToo(isMeant: (deleted: Widget, other: Widget) => boolean): Layer {
  return onOperation("deleteWidget", async (call, next) => {
    const deleted = widgetIn(await next(asked(call, "GET", call.path)));
    const reply = await next(call);
    if (!deleted || !isDone(reply)) return reply;
    const others = (await everyWidget(call, next)).filter((other) => isMeant(deleted, other));
    for (const other of others) await next(asked(call, "DELETE", widgetPath(String(other["id"]))));
    return reply;
  });
}
