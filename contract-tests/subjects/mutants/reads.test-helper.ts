import type { Json } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { asked, entriesOf, type Widget, widgetIn } from "../call.test-helper.ts";
import { entries, type Layer, onOperation, rewriteWidget, stacked, type Wrapper } from "../layer.test-helper.ts";
import type { Probe } from "../subject.test-helper.ts";
import { widgets } from "../user.test-helper.ts";

const isEmptyList = (value: Json | undefined) => Array.isArray(value) && value.length === 0;

/** Bugs in what a list and a get show of a widget. */
export const readMutants = [
  mutant({
    id: "list-shortens-the-persona",
    rule: "LIST-4",
    says: "The list shows the first twenty characters of a persona.",
    alsoBreaks: ["OBJ-8", "UPDATE-5"],
    layer: () => entries((widget) => ({ ...widget, persona: String(widget["persona"]).slice(0, 20) })),
    shows: disagrees("persona"),
  }),
  mutant({
    id: "list-shows-null-for-empty",
    rule: "LIST-4",
    says: "The list shows null where a list of prompts is empty.",
    layer: () =>
      entries((widget) => (isEmptyList(widget["suggested_prompts"]) ? { ...widget, suggested_prompts: null } : widget)),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.update(id, { suggested_prompts: [] });
      return (await user.entry(id)).suggested_prompts === null;
    },
  }),
  mutant({
    id: "list-rounds-created-at",
    rule: "LIST-4",
    says: "The list shows the day of creation at midnight.",
    alsoBreaks: ["OBJ-14"],
    layer: () =>
      entries((widget) => ({ ...widget, created_at: String(widget["created_at"]).replace(/T.*/, "T00:00:00Z") })),
    shows: async (user) => {
      user.wait(90_000);
      return disagrees("created_at")(user);
    },
  }),
  mutant({
    id: "list-is-as-of-creation",
    rule: "LIST-4",
    says: "The list shows the configuration that a widget was created with.",
    alsoBreaks: ["UPDATE-2", "UPDATE-3", "UPDATE-4", "UPDATE-5"],
    layer: asCreated,
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.update(id, { voice: "Aoede" });
      return (await user.entry(id)).voice !== "Aoede";
    },
  }),
  mutant({
    id: "list-shows-label-always",
    rule: "LIST-4",
    says: "A show_label of false is true in the list.",
    alsoBreaks: ["OBJ-12", "UPDATE-5"],
    layer: () => entries((widget) => ({ ...widget, show_label: widget["show_label"] || true })),
    shows: disagrees("show_label"),
  }),
  mutant({
    id: "get-finds-the-newest",
    rule: "GET-1",
    says: "A get answers with the organization's newest widget, whatever the id.",
    alsoBreaks: ["OBJ-1", "LIST-4", "GET-2", "CREATE-6", "UPDATE-5", "DELETE-1", "DELETE-8", "LIFE-1", "PAUSE-1"],
    layer: () => onOperation("getWidget", findingNewest),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      await user.create();
      return (await user.get(id)).body.id !== id;
    },
  }),
  mutant({
    id: "paused-is-not-found",
    rule: "GET-1",
    says: "A paused widget cannot be fetched.",
    alsoBreaks: ["PAUSE-1", "PAUSE-7", "PATH-1"],
    layer: () =>
      onOperation(
        "getWidget",
        rewriteWidget((widget) => (widget["status"] === "paused" ? undefined : widget)),
      ),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.pause(id);
      return (await user.get(id)).status === 404;
    },
  }),
];

/** Remembers the configuration of a widget's creation, and lists it. */
function asCreated(...[memory]: Parameters<Wrapper>): Layer {
  const created = new Map<Json | undefined, Widget>();
  return stacked(
    () =>
      entries((widget) => {
        const { status, last_crawl, ...then } = created.get(widget["id"]) ?? {};
        return { ...widget, ...then };
      }),
    () =>
      onOperation("createWidget", async (call, next) => {
        const reply = await next(call);
        const widget = widgetIn(reply);
        if (widget) created.set(widget["id"], widget);
        return reply;
      }),
  )(memory);
}

const findingNewest: Layer = async (call, next) => {
  const list = await next(asked(call, "GET", widgets));
  const newest = entriesOf(list)[0];
  return newest ? { ...list, body: newest } : next(call);
};

/** Whether the list and a get disagree about a member. */
function disagrees(member: string): Probe {
  return async (user) => {
    const { id } = (await user.active({ persona: "You are Sam. You cater for many.", show_label: false })).body;
    return (await user.get(id)).body[member] !== (await user.entry(id))[member];
  };
}
