import type { Json, JsonObject } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { asked, at, bodyOf, isDone, widgetIn, widgetPath, withBody } from "../call.test-helper.ts";
import {
  atOtherPath,
  type Layer,
  onceDone,
  onOperation,
  refusal,
  rewriteWidget,
  show,
  spellIds,
  type Wrapper,
} from "../layer.test-helper.ts";
import { changes } from "../probes.test-helper.ts";

/** What no longer holds where several clients' widgets are one. */
const collapsed = [
  ...(["CREATE-3", "SCOPE-3", "UPDATE-2", "UPDATE-5", "PAUSE-1", "PAUSE-2", "PAUSE-7", "RECRAWL-2"] as const),
  ...(["DELETE-1", "DELETE-6", "DELETE-8", "RECRAWL-7"] as const),
];

/** Bugs in what tells a widget from others: its id, and when it was created. */
export const identityMutants = [
  mutant({
    id: "id-is-a-number",
    rule: "OBJ-1",
    says: "An id is a number.",
    alsoBreaks: ["OBJ-2", "EVENT-2", "EVENT-3"],
    layer: numberedIds,
    shows: async (user) => typeof (await user.create()).body.id === "number",
  }),
  mutant({
    id: "update-answers-another-id",
    rule: "OBJ-1",
    says: "The reply to an update carries the id of a revision instead of the widget's.",
    alsoBreaks: ["UPDATE-2"],
    layer: () =>
      onOperation(
        "updateWidget",
        show("id", (id) => `${id}R2`),
      ),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      return (await user.update(id, { voice: "Aoede" })).body.id !== id;
    },
  }),
  mutant({
    id: "id-can-be-written",
    rule: "OBJ-1",
    says: "An update takes another id for a widget, and it goes by that from then on.",
    alsoBreaks: ["GET-1", "GET-2", "DELETE-1", "LIST-3", "SCOPE-3", "DELETE-8"],
    layer: () => {
      const written = new Map<string, string>();
      const there = (word: string) => [...written].reduce((text, [id, other]) => text.replaceAll(id, other), word);
      const back = (word: string) => [...written].reduce((text, [id, other]) => text.replaceAll(other, id), word);
      const spelled = spellIds(there, back);
      return async (call, next) => {
        const isGone = [...written.keys()].some((id) => call.path.includes(id));
        if (isGone) return refusal(404, "not_found");
        const sent = call.operation === "updateWidget" ? bodyOf(call)["id"] : undefined;
        if (typeof sent === "string") written.set(call.id, sent);
        return spelled(call, next);
      };
    },
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.update(id, { id: "wgt_mine" });
      return (await user.get(id)).status === 404 && (await user.get("wgt_mine")).body?.id === "wgt_mine";
    },
  }),
  mutant({
    id: "created-at-can-be-written",
    rule: "OBJ-14",
    says: "An update takes another created_at.",
    layer: () => {
      const written = new Map<Json | undefined, Json>();
      return async (call, next) => {
        const sent = call.operation === "updateWidget" ? bodyOf(call)["created_at"] : undefined;
        if (sent !== undefined) written.set(call.id, sent);
        return rewriteWidget((widget) => ({
          ...widget,
          created_at: written.get(widget["id"]) ?? widget["created_at"] ?? null,
        }))(call, next);
      };
    },
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.update(id, { created_at: "2001-01-01T00:00:00Z" });
      return (await user.get(id)).body.created_at === "2001-01-01T00:00:00Z";
    },
  }),
  mutant({
    id: "recrawl-changes-the-id",
    rule: "OBJ-1",
    says: "After a recrawl a widget that is fetched by its id shows another one.",
    alsoBreaks: ["GET-1", "LIST-4", "SCOPE-3", "RECRAWL-2"],
    layer: () => onceDone("recrawlWidget", (widget) => ({ ...widget, id: `${widget["id"]}N` })),
    shows: changes("id", (user, id) => user.recrawl(id)),
  }),
  mutant({
    id: "ids-have-another-prefix",
    rule: "OBJ-2",
    says: "Ids start with `widget_`.",
    layer: () =>
      spellIds(
        (word) => word.replaceAll("wgt_", "widget_"),
        (word) => word.replaceAll("widget_", "wgt_"),
      ),
    deliver: ({ headers, body }) => ({ headers, body: body.replaceAll("wgt_", "widget_") }),
    shows: async (user) => !String((await user.create()).body.id).startsWith("wgt_"),
  }),
  mutant({
    id: "created-at-in-seconds",
    rule: "OBJ-14",
    says: "The time of creation is a number of seconds.",
    layer: () => show("created_at", (time) => Date.parse(String(time)) / 1000),
    shows: async (user) => typeof (await user.create()).body.created_at === "number",
  }),
  mutant({
    id: "created-at-without-a-zone",
    rule: "OBJ-14",
    says: "The time of creation has a space for the T and no zone.",
    layer: () => show("created_at", (time) => String(time).replace("T", " ").replace("Z", "")),
    shows: async (user) => !String((await user.create()).body.created_at).includes("T"),
  }),
  mutant({
    id: "created-at-ten-years-early",
    rule: "OBJ-14",
    says: "The time of creation is ten years before the call.",
    layer: () => show("created_at", (time) => `${Number(String(time).slice(0, 4)) - 10}${String(time).slice(4)}`),
    shows: async (user) =>
      Date.parse((await user.create()).body.created_at) < Date.parse(user.subject.mock.clock.get().now) - 3e11,
  }),
  mutant({
    id: "update-renews-created-at",
    rule: "OBJ-14",
    says: "An update makes created_at the time of the update.",
    alsoBreaks: ["UPDATE-2"],
    layer: renewedBy("updateWidget"),
    shows: changes("created_at", (user, id) => user.update(id, { voice: "Kore" })),
  }),
  mutant({
    id: "pause-renews-created-at",
    rule: "OBJ-14",
    says: "A pause makes created_at the time of the pause.",
    alsoBreaks: ["PAUSE-7"],
    layer: renewedBy("pauseWidget"),
    shows: changes("created_at", (user, id) => user.pause(id)),
  }),
  mutant({
    id: "recrawl-renews-created-at",
    rule: "OBJ-14",
    says: "A recrawl makes created_at the time of the recrawl.",
    layer: renewedBy("recrawlWidget"),
    shows: changes("created_at", (user, id) => user.recrawl(id)),
  }),
  mutant({
    id: "equal-creates-share-an-id",
    rule: "OBJ-15",
    says: "A second create with the same name and site answers with the first widget, as if it were new.",
    alsoBreaks: collapsed,
    layer: sharedIds((body) => `${body["name"]} ${body["site_url"]}`),
    shows: async (user) => {
      const first = (await user.create()).body.id;
      return (await user.create()).body.id === first;
    },
  }),
  mutant({
    id: "id-of-the-newest-is-given-again",
    rule: "OBJ-15",
    says: "An id is one more than the highest that there is, so that the newest one's is given again once it is deleted.",
    layer: () => countedIds((living) => Math.max(1000, ...living) + 1),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      await user.delete(id);
      return (await user.create()).body.id === id;
    },
  }),
  mutant({
    id: "ids-begin-anew-when-all-are-deleted",
    rule: "OBJ-15",
    says: "Ids are counted, from the beginning once there is no widget any more.",
    layer: () => countedIds((_, before) => before + 1),
    shows: async (user) => {
      const [one, two] = [(await user.create()).body.id, (await user.create()).body.id];
      await user.delete(two);
      const third = (await user.create()).body.id;
      await user.delete(third);
      await user.delete(one);
      return third !== two && (await user.create()).body.id === one;
    },
  }),
  mutant({
    id: "a-site-has-one-id",
    rule: "OBJ-15",
    says: "A second create for the same site answers with the first one's id, under the new name.",
    alsoBreaks: [...collapsed, "CREATE-2", "OBJ-3"],
    layer: sharedIds((body) => String(body["site_url"])),
    shows: async (user) => {
      const first = (await user.create({ name: "One" })).body;
      const second = (await user.create({ name: "Two" })).body;
      return first.id === second.id && second.name === "Two";
    },
  }),
];

/** Gives ids by numbers: what it takes to find the next one are the numbers of the widgets that are there, and how many there were. */
function countedIds(next: (living: readonly number[], before: number) => number): Layer {
  const numbers = new Map<string, number>();
  const living = new Map<number, string>();
  let before = 0;
  const wordFor = (number: number) => `wgt_n${number}`;
  const there = (text: string) => [...numbers].reduce((all, [id, n]) => all.replaceAll(id, wordFor(n)), text);
  const back = (text: string) => text.replace(/wgt_n(\d+)/, (word, n: string) => living.get(Number(n)) ?? word);
  return async (call, pass) => {
    const reply = await pass(at(back(call.path), call));
    const id = call.operation === "createWidget" ? widgetIn(reply)?.["id"] : undefined;
    if (typeof id === "string") {
      before = next([...living.keys()], living.size === 0 ? 0 : before);
      numbers.set(id, before);
      living.set(before, id);
    }
    if (call.operation === "deleteWidget" && isDone(reply)) living.delete(Number(call.id.slice("wgt_n".length)));
    return reply.body === undefined ? reply : { ...reply, body: JSON.parse(there(JSON.stringify(reply.body))) };
  };
}

function numberedIds(): Layer {
  const ids: string[] = [];
  return atOtherPath(
    (path) => path.replace(/(?<=widgets\/)1000(\d+)/, (_, n: string) => ids[Number(n)] ?? "none"),
    (widget) => {
      const id = String(widget["id"]);
      if (!ids.includes(id)) ids.push(id);
      return { ...widget, id: Number(`1000${ids.indexOf(id)}`) };
    },
  );
}

/** Shows the time of an operation as that of the creation. */
function renewedBy(operation: string): Wrapper {
  return (memory) => {
    const times = new Map<Json | undefined, string>();
    const layer = show("created_at", (time, { id }) => times.get(id) ?? time);
    return (call, next) =>
      layer(call, async (inner) => {
        const reply = await next(inner);
        const done = call.operation === operation && isDone(reply);
        if (done) times.set(call.id, `${new Date(memory.now(call)).toISOString().slice(0, 19)}Z`);
        return reply;
      });
  };
}

/** Answers a create with a widget that is there already, where two come to the same. */
function sharedIds(name: (body: JsonObject) => string): Wrapper {
  return (memory) => {
    const known = new Map<string, string>();
    return onOperation("createWidget", async (call, next) => {
      const word = `${memory.keyOf(call)} ${name(bodyOf(call))}`;
      const renaming = asked(call, "PATCH", widgetPath(known.get(word) ?? "none"), {
        name: bodyOf(call)["name"] ?? "",
      });
      const renamed = known.has(word) ? await next(renaming) : undefined;
      if (renamed?.status === 200) return { ...renamed, status: 201 };
      const reply = await next(withBody(call, bodyOf(call)));
      const created = widgetIn(reply);
      if (created) known.set(word, String(created["id"]));
      return reply;
    });
  };
}
