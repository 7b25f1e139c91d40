import type { Json, JsonObject } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { asked, bodyOf, entriesOf, isDone, part, widgetIn, widgetPath } from "../call.test-helper.ts";
import { everyWidget } from "../everything.test-helper.ts";
import { afterwards, byOwner, type Layer, type Memory, rewriteWidget } from "../layer.test-helper.ts";
import type { Probe } from "../subject.test-helper.ts";
import { widgets } from "../user.test-helper.ts";
import { withoutIndex } from "./indexes.test-helper.ts";

/** Bugs in recrawling that other widgets suffer from. */
export const neighbourMutants = [
  mutant({
    id: "recrawl-knocks-neighbours-out",
    rule: "RECRAWL-7",
    says: "For two seconds after a recrawl the other widgets of the organization are shown as drafts.",
    alsoBreaks: ["LIFE-4", "PAUSE-2", "RECRAWL-2", "EVENT-3"],
    layer: (memory) => knockedOut(memory),
    shows: async (user) => {
      const other = (await user.active()).body.id;
      await user.recrawl((await user.active()).body.id);
      return (await user.get(other)).body.status === "draft";
    },
  }),
  mutant({
    id: "recrawl-pauses-a-neighbour",
    rule: "RECRAWL-7",
    says: "A recrawl pauses the newest other widget.",
    alsoBreaks: ["RECRAWL-2", "LIFE-4"],
    layer: () => neighbourAfterRecrawl((call) => ["POST", "/pause", undefined, call]),
    shows: touchesNeighbour("status"),
  }),
  mutant({
    id: "recrawl-renames-a-neighbour",
    rule: "RECRAWL-7",
    says: "A recrawl writes the site's title into the intro_title of the newest other widget.",
    alsoBreaks: ["UPDATE-2", "UPDATE-5", "PAUSE-7"],
    layer: () => neighbourAfterRecrawl((call) => ["PATCH", "", { intro_title: "Home" }, call]),
    shows: touchesNeighbour("intro_title"),
  }),
  mutant({
    id: "recrawl-ends-in-a-neighbour",
    rule: "RECRAWL-7",
    says: "When a recrawl has ended the title of its site is shown as the intro_title of every other active widget.",
    layer: (memory) => spreading(memory),
    shows: async (user) => {
      const other = (await user.active()).body;
      await user.recrawl((await user.active()).body.id);
      const before = (await user.get(other.id)).body.intro_title;
      user.wait(60_000);
      return before === other.intro_title && (await user.get(other.id)).body.intro_title === "Home";
    },
  }),
  mutant({
    id: "recrawl-replaces-other-indexes",
    rule: "RECRAWL-7",
    says: "When a recrawl has ended visitors of widgets for other sites get answers from no page at all.",
    alsoBreaks: ["RECRAWL-3", "RECRAWL-4"],
    layer: (memory) => emptyingOthers(memory),
    shows: async (user) => {
      const elsewhere = { site_url: "https://other.example", domains: ["northwind.example"] };
      const other = (await user.active(elsewhere)).body.id;
      const before = (await user.converse(other)).conversation.index;
      await user.recrawl((await user.active()).body.id);
      user.wait(60_000);
      return before !== "idx_0" && (await user.converse(other)).conversation.index === "idx_0";
    },
  }),
  mutant({
    id: "recrawl-renames-its-site",
    rule: "RECRAWL-7",
    says: "When a recrawl has ended the other widgets for its site get the name of its widget.",
    layer: (memory) => sharing(memory, "name"),
    shows: async (user) => {
      const [one, other] = [
        (await user.active({ name: "One" })).body.id,
        (await user.active({ name: "Other" })).body.id,
      ];
      await user.recrawl(one);
      const before = (await user.get(other)).body.name;
      user.wait(60_000);
      return before === "Other" && (await user.get(other)).body.name === "One";
    },
  }),
  mutant({
    id: "recrawl-shares-the-allowlist",
    rule: "RECRAWL-7",
    says: "When a recrawl has ended the other widgets for its site get the domains of its widget.",
    layer: (memory) => sharing(memory, "domains"),
    shows: async (user) => {
      const one = (await user.active({ domains: ["one.example"] })).body.id;
      const other = (await user.active({ domains: ["other.example"] })).body.id;
      await user.recrawl(one);
      user.wait(60_000);
      return (await user.get(other)).body.domains[0] === "one.example";
    },
  }),
  mutant({
    id: "recrawl-resets-the-allowlist-of-its-site",
    rule: "RECRAWL-7",
    says: "When a recrawl has ended the other widgets for its site get its host alone as their domains.",
    layer: (memory) => sharing(memory, "domains", (widget) => [new URL(String(widget["site_url"])).host]),
    shows: async (user) => {
      const one = (await user.active()).body.id;
      const other = (await user.active({ domains: ["other.example"] })).body.id;
      await user.recrawl(one);
      user.wait(60_000);
      return (await user.get(other)).body.domains[0] !== "other.example";
    },
  }),
  mutant({
    id: "update-writes-the-theme-of-namesakes",
    rule: "UPDATE-2",
    says: "An update of the theme gives the whole of it to every other widget of the same name.",
    alsoBreaks: ["UPDATE-5"],
    layer: () =>
      afterwards("updateWidget", async (call, reply, next) => {
        const { id, name, theme = null } = widgetIn(reply) ?? {};
        if (bodyOf(call)["theme"] === undefined || theme === null) return undefined;
        for (const other of await everyWidget(call, next)) {
          if (other["name"] !== name || other["id"] === id) continue;
          await next(asked(call, "PATCH", widgetPath(String(other["id"])), { theme }));
        }
        return undefined;
      }),
    shows: async (user) => {
      const [one, other] = [(await user.active()).body.id, (await user.active()).body.id];
      await user.update(one, { theme: { primary: "#ff6600" } });
      return (await user.get(other)).body.theme.primary === "#ff6600";
    },
  }),
  mutant({
    id: "create-resets-the-others",
    rule: "UPDATE-2",
    says: "A create puts the voice and the title of every active widget back to what they were made as.",
    alsoBreaks: ["UPDATE-5"],
    layer: () =>
      afterwards("createWidget", async (call, _, next) => {
        const all = entriesOf(await next(asked(call, "GET", `${widgets}?limit=100`)));
        for (const { id } of all.filter(({ status }) => status === "active")) {
          await next(asked(call, "PATCH", widgetPath(String(id)), { intro_title: null, voice: null }));
        }
        return undefined;
      }),
    shows: async (user) => {
      const { id } = (await user.active({ voice: "Aoede" })).body;
      await user.create();
      return (await user.get(id)).body.voice !== "Aoede";
    },
  }),
  mutant({
    id: "recrawl-is-for-the-site",
    rule: "RECRAWL-7",
    says: "A recrawl of one widget shows all others for the same site as drafts until it has finished.",
    alsoBreaks: ["LIFE-4", "RECRAWL-2", "PAUSE-2", "EVENT-3"],
    layer: () => draftsOfTheSite(),
    shows: async (user) => {
      const other = (await user.active()).body.id;
      const away = (await user.active({ site_url: "https://other.example" })).body.id;
      await user.recrawl((await user.active()).body.id);
      const [one, two] = [(await user.get(other)).body.status, (await user.get(away)).body.status];
      return one === "draft" && two === "active";
    },
  }),
];

function touchesNeighbour(member: string): Probe {
  return async (user) => {
    const { id } = (await user.active()).body;
    const other = (await user.active()).body;
    await user.recrawl(id);
    return (await user.get(other.id)).body[member] !== other[member];
  };
}

/** Shows conversations with widgets that were never recrawled as if there were no index, once one for another site was. */
function emptyingOthers(memory: Memory): Layer {
  const crawlMs = 2000;
  const sites = new Map<string, Json | undefined>();
  const recrawls = new Map<string, number>();
  const blind = new Set<string>();
  return async (call, next) => {
    const reply = await next(call);
    const created = call.operation === "createWidget" ? widgetIn(reply) : undefined;
    if (created) sites.set(String(created["id"]), created["site_url"]);
    if (call.operation === "recrawlWidget" && isDone(reply)) recrawls.set(call.id, memory.now(call) + crawlMs);
    if (call.operation === "startConversation" && isDone(reply)) {
      const isOther = [...recrawls].some(([id, at]) => at <= memory.now(call) && sites.get(id) !== sites.get(call.id));
      if (isOther && !recrawls.has(call.id)) blind.add(String((reply.body as { id?: Json }).id));
    }
    return blind.has(call.path.split("/")[7] ?? "") ? withoutIndex(reply) : reply;
  };
}

function knockedOut(memory: Memory): Layer {
  const until = new Map<string, { readonly at: number; readonly id: string }>();
  const layer = rewriteWidget((widget, call) => {
    const recent = until.get(memory.keyOf(call));
    const isOut = recent && recent.id !== widget["id"] && memory.now(call) < recent.at;
    return isOut && widget["status"] === "active" ? { ...widget, status: "draft" } : widget;
  });
  return async (call, next) => {
    const reply = await layer(call, next);
    if (call.operation === "recrawlWidget" && isDone(reply)) {
      until.set(memory.keyOf(call), { at: memory.now(call) + 2000, id: call.id });
    }
    return reply;
  };
}

type NeighbourCall = readonly [method: string, action: string, body: Json | undefined, call: Parameters<Layer>[0]];

function neighbourAfterRecrawl(meant: (call: Parameters<Layer>[0]) => NeighbourCall): Layer {
  return afterwards("recrawlWidget", async (each, _, next) => {
    const others = entriesOf(await next(asked(each, "GET", widgets))).filter(({ id }) => id !== each.id);
    const newest = others.find(({ status }) => status === "active");
    const [method, action, body, call] = meant(each);
    if (newest) await next(asked(call, method, `${widgetPath(String(newest["id"]))}${action}`, body));
    return undefined;
  });
}

/** Shows what a recrawl has found, once it has ended, as if other widgets had found it. */
function spreading(memory: Memory): Layer {
  const longestMs = 60_000;
  const recrawls: { readonly id: string; readonly key: string; readonly at: number }[] = [];
  const layer = rewriteWidget((widget, call) => {
    const ended = recrawls.some(
      ({ id, key, at }) => id !== widget["id"] && key === memory.keyOf(call) && memory.now(call) >= at,
    );
    return ended && widget["status"] === "active" ? { ...widget, intro_title: "Home" } : widget;
  });
  return async (call, next) => {
    const reply = await layer(call, next);
    if (call.operation === "recrawlWidget" && isDone(reply)) {
      const at = memory.now(call) + Math.min(longestMs, 1500);
      recrawls.push({ id: call.id, key: memory.keyOf(call), at });
    }
    return reply;
  };
}

/** Gives the others for a site a member of a widget whose recrawl has ended, once. */
function sharing(
  memory: Memory,
  member: string,
  valueIn = (widget: JsonObject): Json => widget[member] ?? null,
): Layer {
  const running = new Map<string, number>();
  return async (call, next) => {
    for (const [id, endsAt] of running) {
      if (memory.now(call) < endsAt) continue;
      running.delete(id);
      const ended = widgetIn(await next(byOwner(memory, call, "GET", widgetPath(id))));
      const all = ended ? await everyWidget(byOwner(memory, call, "GET", widgetPath(id)), next) : [];
      for (const other of all.filter((one) => one["site_url"] === ended?.["site_url"] && one["id"] !== id)) {
        const value = valueIn(ended ?? {});
        await next(byOwner(memory, call, "PATCH", widgetPath(String(other["id"])), { [member]: value }));
      }
    }
    const reply = await next(call);
    if (call.operation === "recrawlWidget" && isDone(reply)) running.set(call.id, memory.now(call) + 1500);
    return reply;
  };
}

function draftsOfTheSite(): Layer {
  const siteOf = new Map<Json | undefined, Json | undefined>();
  const running = new Map<string, Json | undefined>();
  return async (call, next) => {
    for (const id of running.keys()) {
      const { status } = part(widgetIn(await next(asked(call, "GET", widgetPath(id)))), "last_crawl");
      if (status !== "running") running.delete(id);
    }
    const layer = rewriteWidget((widget) => {
      siteOf.set(widget["id"], widget["site_url"]);
      const isOut = [...running].some(([id, site]) => id !== widget["id"] && site === widget["site_url"]);
      return isOut && widget["status"] === "active" ? { ...widget, status: "draft" } : widget;
    });
    const reply = await layer(call, next);
    if (call.operation === "recrawlWidget" && isDone(reply)) running.set(call.id, siteOf.get(call.id));
    return reply;
  };
}
