import { type Json, type JsonObject, mergePatch } from "../../../spec/merge-patch.ts";
import { variant } from "../build.test-helper.ts";
import { asked, bodyOf, isDone, part, widgetIn, widgetPath } from "../call.test-helper.ts";
import { likeState, shows as showing } from "../document.test-helper.ts";
import {
  afterwards,
  byOwner,
  type Layer,
  type Memory,
  onceDone,
  onOperation,
  type Rewrite,
  refusal,
  rewriteWidget,
  show,
} from "../layer.test-helper.ts";
import type { Seen, User } from "../user.test-helper.ts";
import { writable } from "../writable.test-helper.ts";

const texts = ["persona", "intro_title", "intro_subtitle", "suggested_prompts"];

/** What widgets hold otherwise, and what becomes of it. */
export const contentVariants = [
  variant({
    id: "other-defaults",
    rules: ["A-CREATE-3"],
    says: "What is not sent is inline, top-left, Kore, light, without texts and domains.",
    document: {
      components: {
        schemas: {
          Theme: {
            properties: { mode: { default: "light" }, radius: { default: 0 }, primary: { default: "#112233" } },
          },
          WidgetConfiguration: {
            properties: {
              display_mode: { default: "inline" },
              position: { default: "top-left" },
              voice: { default: "Kore" },
              show_label: { default: false },
              ...Object.fromEntries(
                ["persona", "intro_title", "intro_subtitle"].map((name) => [name, { "x-default": "" }]),
              ),
              suggested_prompts: { "x-default": [] },
              domains: { "x-default": [] },
            },
          },
        },
      },
    },
    shows: async (user) => (await user.create()).body.voice === "Kore",
  }),
  variant({
    id: "domains-are-a-set",
    rules: ["A-VIS-5"],
    says: "Domains are shown sorted, in lower case, and each one once.",
    layer: () =>
      show("domains", (domains) => [...new Set((domains as readonly string[]).map((one) => one.toLowerCase()))].sort()),
    shows: async (user) => (await user.create({ domains: ["b.example", "a.example"] })).body.domains[0] === "a.example",
  }),
  variant({
    id: "reads-are-counted",
    rules: ["A-OBJ-2", "A-EXT-1"],
    says: "A widget has a number of its reads, and the time of the last one; no member tells of crawls.",
    options: { dialect: { "A-EXT-1": "omit" } },
    layer: (memory) => {
      let reads = 0;
      return rewriteWidget((widget, call) => {
        reads++;
        return { ...widget, reads, last_read_at: new Date(memory.now(call)).toISOString() };
      });
    },
    shows: async (user) => {
      const { id } = (await user.create()).body;
      const first = (await user.get(id)).body.reads;
      return first < (await user.get(id)).body.reads;
    },
  }),
  variant({
    id: "unset-is-null-while-a-draft",
    rules: ["A-CREATE-3"],
    says: "What was never written is null until the first crawl has filled it in.",
    layer: () => {
      const isWritten = writtenMembers("createWidget", "updateWidget");
      return isWritten.around((widget) => {
        if (widget["status"] !== "draft") return widget;
        const unset = writable.filter((member) => !isWritten.has(widget["id"], member));
        return { ...widget, ...Object.fromEntries(unset.map((member) => [member, null])) };
      });
    },
    shows: async (user) => {
      const { id, voice, name } = (await user.create()).body;
      user.wait(60_000);
      return voice === null && name === "Northwind" && (await user.get(id)).body.voice === "Charon";
    },
  }),
  variant({
    id: "first-crawl-makes-texts-anew",
    rules: ["A-CREATE-3"],
    says: "The first crawl makes the texts anew that no update has written, those of the create too.",
    layer: () => {
      const isWritten = writtenMembers("updateWidget");
      return isWritten.around((widget) => {
        if (widget["status"] === "draft") return widget;
        const unwritten = texts.filter((member) => !isWritten.has(String(widget["id"]), member));
        return { ...widget, ...Object.fromEntries(unwritten.map((member) => [member, textOf(member, 0)])) };
      });
    },
    shows: async (user) => (await user.active({ persona: "You are Sam." })).body.persona.startsWith("Anew"),
  }),
  variant({
    id: "recrawl-makes-texts-anew",
    rules: ["A-RECRAWL-6"],
    says: "A recrawl makes the texts anew that were never written.",
    layer: () => {
      const isWritten = writtenMembers("createWidget", "updateWidget");
      let count = 0;
      const renewing = afterwards("recrawlWidget", async (call, reply, next) => {
        count++;
        const unwritten = texts.filter((member) => !isWritten.has(call.id, member));
        const anew = Object.fromEntries(unwritten.map((member) => [member, textOf(member, count)]));
        const { body } = await next(asked(call, "PATCH", widgetPath(call.id), anew));
        return { ...reply, body };
      });
      const noting = isWritten.around((widget) => widget);
      return (call, next) => noting(call, (inner) => renewing(inner, next));
    },
    shows: async (user) => {
      const { id } = (await user.active({ intro_title: "Hello" })).body;
      const { intro_title: title, persona } = (await user.recrawl(id)).body;
      return title === "Hello" && persona.startsWith("Anew");
    },
  }),
  variant({
    id: "recrawl-makes-all-texts-anew",
    rules: ["A-RECRAWL-6"],
    says: "A recrawl makes all texts anew, written ones too.",
    layer: () =>
      onceDone("recrawlWidget", (widget) => ({
        ...widget,
        ...Object.fromEntries(texts.map((member) => [member, textOf(member, 1)])),
      })),
    shows: async (user) => {
      const { id } = (await user.active({ intro_title: "Hello" })).body;
      await user.recrawl(id);
      return (await user.get(id)).body.intro_title !== "Hello";
    },
  }),
  variant({
    id: "drafts-are-indexing",
    rules: ["A-ENUM-1"],
    says: "A draft is shown as `indexing` from a second after its creation.",
    layer: (memory) =>
      rewriteWidget((widget, call) => {
        const age = memory.now(call) - Date.parse(String(widget["created_at"]));
        return widget["status"] === "draft" && age >= 1000 ? { ...widget, status: "indexing" } : widget;
      }),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      user.wait(1000);
      return (await user.get(id)).body.status === "indexing";
    },
  }),
  variant({
    id: "theme-is-replaced-whole",
    rules: ["A-PATCH-1"],
    says: "An update of the theme replaces all of it: what is not sent is gone.",
    mayWarn: ["OBJ-9"],
    layer: () => replacedThemes(),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.update(id, { theme: { primary: "#ff6600" } });
      return JSON.stringify((await user.get(id)).body.theme) === '{"primary":"#ff6600"}';
    },
  }),
  variant({
    id: "null-is-kept",
    rules: ["A-PATCH-2"],
    says: "A member that is updated to null is null.",
    layer: () => {
      const nulls = new Map<Json | undefined, readonly string[]>();
      const layer = rewriteWidget((widget) => ({
        ...widget,
        ...Object.fromEntries((nulls.get(widget["id"]) ?? []).map((member) => [member, null])),
      }));
      return async (call, next) => {
        if (call.operation !== "updateWidget") return layer(call, next);
        const body = bodyOf(call);
        const before = (nulls.get(call.id) ?? []).filter((member) => !(member in body));
        const reply = await next(call);
        if (isDone(reply))
          nulls.set(call.id, [...before, ...Object.keys(body).filter((member) => body[member] === null)]);
        return layer(call, async () => reply);
      };
    },
    shows: async (user) => {
      const { id } = (await user.active()).body;
      return (await user.update(id, { intro_title: null })).body.intro_title === null;
    },
  }),
  variant({
    id: "conversations-follow-updates",
    rules: ["A-PATCH-7"],
    says: "A running conversation shows the configuration of now.",
    layer: (memory) =>
      afterwards("getConversation", async (call, reply, next) => {
        const now = widgetIn(await next(byOwner(memory, call, "GET", widgetPath(call.id))));
        const { voice = null, persona = null } = now ?? {};
        return now && { ...reply, body: { ...(reply.body as JsonObject), voice, persona } };
      }),
    shows: async (user) => followsUpdates(user),
  }),
  variant({
    id: "a-pause-ends-conversations",
    rules: ["A-PAUSE-4"],
    says: "A pause ends the conversations that are running.",
    layer: () => {
      const paused = new Set<string>();
      const ended = new Set<string>();
      return async (call, next) => {
        const conversation = call.path.split("/")[7] ?? "";
        if (call.operation === "sendMessage" && paused.has(call.id)) ended.add(conversation);
        if (call.operation === "sendMessage" && ended.has(conversation)) return refusal(409, "conversation_ended");
        const reply = await next(call);
        if (isDone(reply) && call.operation === "pauseWidget") paused.add(call.id);
        if (isDone(reply) && call.operation === "resumeWidget") paused.delete(call.id);
        return reply;
      };
    },
    shows: async (user) => endsByPause(user),
  }),
  variant({
    id: "failed-first-crawl-is-active",
    rules: ["A-FAIL-1"],
    says: "A widget whose first crawl has failed is active, with an empty index.",
    document: { "x-lifecycle": { crawl: { fails: { "draft-crawling": { to: "active" } } } } },
    shows: async (user) => (await user.active({ site_url: "https://fail.test" })).body.status === "active",
  }),
  variant({
    id: "failed-first-crawl-removes",
    rules: ["A-FAIL-1"],
    says: "A widget whose first crawl has failed is gone.",
    document: { "x-lifecycle": { crawl: { fails: { "draft-crawling": { to: "gone" } } } } },
    layer: () =>
      onOperation(
        "listWidgets",
        rewriteWidget((widget) => (typeof widget["status"] === "string" ? widget : undefined)),
      ),
    shows: async (user) => {
      const { id } = (await user.create({ site_url: "https://fail.test" })).body;
      user.wait(60_000);
      return (await user.get(id)).status === 404 && (await user.entry(id)) === undefined;
    },
  }),
  variant({
    id: "failed-first-crawl-is-tried-again",
    rules: ["A-FAIL-1"],
    says: "A first crawl that has failed is tried again by itself.",
    layer: () => tryingAgain(),
    shows: async (user) => {
      const { id } = (await user.create({ site_url: "https://fail.test" })).body;
      user.wait(3000);
      await user.get(id);
      return (await user.get(id)).body.last_crawl.status === "running";
    },
  }),
  variant({
    id: "failed-recrawl-is-an-error",
    rules: ["A-RECRAWL-5", "A-ENUM-1"],
    says: "After a failed recrawl the status is error.",
    document: [
      likeState("active-failed", "active"),
      showing("active-failed", "error"),
      { "x-lifecycle": { crawl: { fails: { "active-recrawling": { to: "active-failed" } } } } },
    ].reduce<Json>((whole, change) => mergePatch(whole, change), {}) as JsonObject,
    shows: async (user) => {
      const { id } = (await user.active({ site_url: "https://recrawl-fail.test" })).body;
      await user.recrawl(id);
      user.wait(60_000);
      return (await user.get(id)).body.status === "error";
    },
  }),
  variant({
    id: "loader-knows-origins",
    rules: ["A-VIS-4"],
    says: "A page whose origin is not in the domains cannot load the widget either.",
    layer: knowingOrigins,
    shows: async (user) => {
      const { id } = (await user.active({ domains: ["elsewhere.example"] })).body;
      return (await user.config(id)).status === 403;
    },
  }),
];

/** Knows which members of a widget were ever written. */
function writtenMembers(...operations: readonly string[]) {
  const written = new Map<Json | undefined, Set<string>>();
  const note = (id: Json | undefined, body: JsonObject) => {
    const members = written.get(id) ?? new Set();
    for (const member of Object.keys(body)) members.add(member);
    written.set(id, members);
  };
  return {
    has: (id: Json | undefined, member: string) => written.get(id)?.has(member) ?? false,
    /** Shows widgets otherwise, and notes what is written. */
    around(change: Rewrite): Layer {
      const layer = rewriteWidget(change);
      return (call, next) =>
        layer(call, async (inner) => {
          const reply = await next(inner);
          const id = call.operation === "createWidget" ? widgetIn(reply)?.["id"] : call.id;
          if (isDone(reply) && operations.includes(call.operation ?? "")) note(id, bodyOf(call));
          return reply;
        });
    },
  };
}

function textOf(member: string, count: number): Json {
  return member === "suggested_prompts" ? [`Anew ${count}?`] : `Anew ${count}.`;
}

/** Shows of a theme that was updated only what the newest update has sent. */
function replacedThemes(): Layer {
  const sent = new Map<Json | undefined, readonly string[]>();
  const layer = rewriteWidget((widget) => {
    const members = sent.get(widget["id"]);
    const theme = Object.entries(part(widget, "theme")).filter(([member]) => members?.includes(member));
    return members ? { ...widget, theme: Object.fromEntries(theme) } : widget;
  });
  return (call, next) =>
    layer(call, async (inner) => {
      const reply = await next(inner);
      const isMeant = call.operation === "updateWidget" && "theme" in bodyOf(call) && isDone(reply);
      if (isMeant) sent.set(call.id, Object.keys(part(bodyOf(call), "theme")));
      return reply;
    });
}

function tryingAgain(): Layer {
  return async (call, next) => {
    const reply = await next(call);
    const widget = call.operation === "getWidget" ? widgetIn(reply) : undefined;
    const isFailed = widget?.["status"] === "draft" && part(widget, "last_crawl")["status"] === "failed";
    if (isFailed) await next(asked(call, "POST", `${widgetPath(call.id)}/recrawl`));
    return reply;
  };
}

function knowingOrigins(memory: Memory): Layer {
  return onOperation("getVisitorConfig", async (call, next) => {
    const { origin } = call.headers;
    const widget = widgetIn(await next(byOwner(memory, call, "GET", widgetPath(call.id))));
    const domains = widget?.["domains"];
    const host = origin !== undefined && URL.canParse(origin) ? new URL(origin).hostname : undefined;
    const isKnown = !Array.isArray(domains) || domains.length === 0 || domains.includes(host);
    return host !== undefined && !isKnown ? refusal(403, "origin_not_allowed") : next(call);
  });
}

/** A conversation of a visitor who is no page. */
async function talk(user: User, id: string) {
  const path = `/api/v1/public/widgets/${id}/conversations`;
  const { body } = await user.as("").ask("POST", path);
  const headers = { authorization: `Bearer ${body.token}` };
  return {
    read: (): Promise<Seen> => user.as("").ask("GET", `${path}/${body.id}`, undefined, headers),
    say: (): Promise<Seen> => user.as("").ask("POST", `${path}/${body.id}/messages`, { text: "Hello?" }, headers),
  };
}

async function followsUpdates(user: User): Promise<boolean> {
  const { id } = (await user.active()).body;
  const conversation = await talk(user, id);
  await user.update(id, { voice: "Kore" });
  return (await conversation.read()).body.voice === "Kore";
}

async function endsByPause(user: User): Promise<boolean> {
  const { id } = (await user.active()).body;
  const conversation = await talk(user, id);
  const before = (await conversation.say()).status;
  await user.pause(id);
  return before === 201 && (await conversation.say()).status === 409;
}
