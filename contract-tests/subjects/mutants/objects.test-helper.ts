import type { Json, JsonObject } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { asked, bodyOf, isDone, part, widgetIn, widgetPath, withBody } from "../call.test-helper.ts";
import {
  atOtherPath,
  type Layer,
  onceDone,
  onOperation,
  refuse,
  show,
  spellIds,
  take,
  type Wrapper,
} from "../layer.test-helper.ts";
import { changes, isSpoilt, refuses, sentBack } from "../probes.test-helper.ts";

const everyStatus = [
  ...(["CREATE-3", "LIFE-1", "LIFE-4", "PAUSE-1", "PAUSE-2", "RECRAWL-2", "RECRAWL-7", "EVENT-3"] as const),
];
/** What no longer holds where several clients' widgets are one. */
const collapsed = [
  ...(["CREATE-3", "SCOPE-3", "UPDATE-2", "UPDATE-5", "PAUSE-1", "PAUSE-2", "PAUSE-7", "RECRAWL-2"] as const),
  ...(["DELETE-1", "DELETE-6", "DELETE-8", "RECRAWL-7"] as const),
];
const written = ["UPDATE-3", "UPDATE-5"] as const;

/** Bugs in what a widget is: its members and their forms, where they are no texts. */
export const objectMutants = [
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
    id: "status-in-capitals",
    rule: "OBJ-4",
    says: "The status is DRAFT, ACTIVE or PAUSED.",
    alsoBreaks: everyStatus,
    layer: () => show("status", (status) => String(status).toUpperCase()),
    shows: async (user) => (await user.create()).body.status === "DRAFT",
  }),
  mutant({
    id: "status-is-an-object",
    rule: "OBJ-4",
    says: "The status is an object with a value.",
    alsoBreaks: everyStatus,
    layer: () => show("status", (value) => ({ value })),
    shows: async (user) => typeof (await user.create()).body.status === "object",
  }),
  mutant({
    id: "active-is-called-live",
    rule: "OBJ-4",
    says: "What is active is called `live`.",
    alsoBreaks: ["LIFE-1", "PAUSE-2", "RECRAWL-2", "EVENT-3"],
    layer: () => show("status", (status) => (status === "active" ? "live" : status)),
    shows: async (user) => (await user.active()).body.status === "live",
  }),
  mutant({
    id: "display-mode-is-a-number",
    rule: "OBJ-5",
    says: "The display mode is shown as the number of its place among the modes.",
    alsoBreaks: ["UPDATE-5"],
    layer: () => show("display_mode", (mode) => ["fab", "inline", "fullscreen"].indexOf(String(mode))),
    shows: async (user) => typeof (await user.create()).body.display_mode === "number",
  }),
  mutant({
    id: "fab-is-refused",
    rule: "OBJ-5",
    says: "An update to the display mode `fab` is refused.",
    alsoBreaks: ["UPDATE-1"],
    layer: () => refuse("updateWidget", (call) => bodyOf(call)["display_mode"] === "fab"),
    shows: refuses({ display_mode: "fab" }),
  }),
  mutant({
    id: "position-is-an-object",
    rule: "OBJ-6",
    says: "The position is an object of its two sides.",
    alsoBreaks: ["UPDATE-5"],
    layer: () =>
      show("position", (position) => {
        const [y = "", x = ""] = String(position).split("-");
        return { x, y };
      }),
    shows: async (user) => typeof (await user.create()).body.position === "object",
  }),
  mutant({
    id: "position-with-an-underscore",
    rule: "OBJ-6",
    says: "The position that was written as `bottom-right` is read as `bottom_right`.",
    alsoBreaks: ["UPDATE-5"],
    layer: () => show("position", (position) => String(position).replace("-", "_")),
    shows: async (user) => (await sentBack(user, "position", "bottom-right")) === "bottom_right",
  }),
  mutant({
    id: "aoede-is-refused",
    rule: "OBJ-7",
    says: "The documented voice Aoede is refused.",
    alsoBreaks: ["UPDATE-1", "UPDATE-3"],
    layer: () => refuse(["createWidget", "updateWidget"], (call) => bodyOf(call)["voice"] === "Aoede"),
    shows: refuses({ voice: "Aoede" }),
  }),
  mutant({
    id: "voice-is-an-object",
    rule: "OBJ-7",
    says: "The voice is shown as an object with a name.",
    alsoBreaks: written,
    layer: () => show("voice", (name) => ({ name })),
    shows: async (user) => typeof (await user.create()).body.voice === "object",
  }),
  mutant({
    id: "radius-is-a-text",
    rule: "OBJ-9",
    says: "The radius is shown as a text, such as 16px.",
    alsoBreaks: ["UPDATE-4", ...written],
    layer: () =>
      show("theme", (_, widget) => ({ ...part(widget, "theme"), radius: `${part(widget, "theme")["radius"]}px` })),
    shows: async (user) => typeof (await user.create()).body.theme.radius === "string",
  }),
  mutant({
    id: "colour-as-rgb",
    rule: "OBJ-9",
    says: "The colour is shown as rgb(…) instead of #rrggbb.",
    alsoBreaks: ["UPDATE-4", ...written],
    layer: () =>
      show("theme", (_, widget) => ({ ...part(widget, "theme"), primary: rgb(part(widget, "theme")["primary"]) })),
    shows: async (user) => String((await user.create()).body.theme.primary).startsWith("rgb("),
  }),
  mutant({
    id: "theme-is-a-text",
    rule: "OBJ-9",
    says: "The theme is shown as JSON in a text.",
    alsoBreaks: ["UPDATE-4", ...written],
    layer: () => show("theme", (theme) => JSON.stringify(theme)),
    shows: async (user) => typeof (await user.create()).body.theme === "string",
  }),
  mutant({
    id: "show-label-is-a-text",
    rule: "OBJ-12",
    says: "Whether the label is shown is told by the text true or false.",
    alsoBreaks: ["UPDATE-5"],
    layer: () => show("show_label", String),
    shows: async (user) => typeof (await user.create()).body.show_label === "string",
  }),
  mutant({
    id: "false-is-taken-for-nothing",
    rule: "OBJ-12",
    says: "A show_label that was written as false is taken for one that was not sent.",
    alsoBreaks: ["UPDATE-5"],
    layer: () => take("show_label", (value) => value || undefined),
    shows: isSpoilt("show_label", false),
  }),
  mutant({
    id: "domains-with-a-scheme",
    rule: "OBJ-13",
    says: "Domains are shown as addresses with a scheme.",
    alsoBreaks: ["UPDATE-5"],
    layer: () => show("domains", (domains) => (domains as readonly Json[]).map((domain) => `https://${domain}`)),
    shows: async (user) => (await user.create()).body.domains[0].startsWith("https://"),
  }),
  mutant({
    id: "domains-in-one-text",
    rule: "OBJ-13",
    says: "Domains are shown as one text with commas.",
    alsoBreaks: ["UPDATE-5"],
    layer: () => show("domains", (domains) => (domains as readonly Json[]).join(",")),
    shows: async (user) => typeof (await user.create()).body.domains === "string",
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
    shows: async (user) => Date.parse((await user.create()).body.created_at) < user.subject.mock.clock.now() - 3e11,
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

function rgb(colour: Json | undefined): string {
  const [r, g, b] = [1, 3, 5].map((from) => Number.parseInt(String(colour).slice(from, from + 2), 16));
  return `rgb(${r}, ${g}, ${b})`;
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
