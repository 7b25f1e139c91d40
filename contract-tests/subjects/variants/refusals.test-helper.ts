import { type Json, type JsonObject, mergePatch } from "../../../spec/merge-patch.ts";
import { variant } from "../build.test-helper.ts";
import { bodyOf, type Call, isDone, part, type Reply, widgetIn } from "../call.test-helper.ts";
import { cells } from "../document.test-helper.ts";
import { type Layer, type Memory, onOperation, refusal, refuse, showingOne, takeBody } from "../layer.test-helper.ts";
import type { Authorization } from "../subject.test-helper.ts";
import { userOf, widgets } from "../user.test-helper.ts";

const onWidgets = [...showingOne.slice(1), "deleteWidget"];
const management = [...onWidgets, "createWidget", "listWidgets"];
const pausing = ["pauseWidget", "resumeWidget"];

/** Refusals that look otherwise, or come where ours do not. */
export const refusalVariants = [
  ...bodies([
    ["a-text", "a line of text", ({ status }) => ({ text: `Error ${status}` })],
    ["nothing", "no body", () => ({})],
    ["a-message", "an object with a message", ({ status }) => ({ body: { message: `Error ${status}` } })],
    ["a-page", "an HTML page", ({ status }) => ({ text: `<h1>${status}</h1>`, type: "text/html" })],
  ]),
  ...keys([
    ["x-api-key", "the header X-Api-Key", { header: "x-api-key", value: (key) => key }, (sent) => sent],
    [
      "basic",
      "HTTP Basic, as its user name",
      { header: "authorization", value: (key) => `Basic ${btoa(`${key}:`)}` },
      (sent) => (sent.startsWith("Basic ") ? atob(sent.slice(6)).replace(/:$/, "") : undefined),
    ],
  ]),
  ...[400, 403].map((status) =>
    variant({
      id: `no-key-is-answered-${status}`,
      rules: ["A-AUTH-2"],
      says: `A missing or unknown key is answered ${status}.`,
      layer: () => answered(management, 401, status),
      shows: async (user) => (await user.as("").ask("GET", widgets)).status === status,
    }),
  ),
  ...[400, 403, 410].map((status) =>
    variant({
      id: `unknown-id-is-answered-${status}`,
      rules: ["A-AUTH-3", "A-DELETE-2", "A-DELETE-3"],
      says: `An id that is unknown, foreign or of a deleted widget is answered ${status}.`,
      layer: () => answered(onWidgets, 404, status),
      shows: async (user) => (await user.get("wgt_nobody")).status === status,
    }),
  ),
  ...[400, 422].map((status) =>
    variant({
      id: `repeated-pause-is-answered-${status}`,
      rules: ["A-PAUSE-2"],
      says: `Pausing a paused widget or resuming an active one is answered ${status}.`,
      options: { dialect: { "A-PAUSE-2": "refuse" } },
      layer: () => answered(pausing, 409, status),
      shows: async (user) => (await user.resume((await user.active()).body.id)).status === status,
    }),
  ),
  ...[400, 422].map((status) =>
    variant({
      id: `pausing-a-draft-is-answered-${status}`,
      rules: ["A-PAUSE-3"],
      says: `Pausing or resuming a draft is answered ${status}.`,
      layer: () => answered(pausing, 409, status),
      shows: async (user) => (await user.pause((await user.create()).body.id)).status === status,
    }),
  ),
  variant({
    id: "draft-takes-no-update",
    rules: ["A-PATCH-6"],
    says: "An update of a draft is answered 409.",
    document: cells("updateWidget", ["draft-crawling", "draft-failed"], { code: "invalid_state" }),
    shows: async (user) => (await user.update((await user.create()).body.id, { voice: "Kore" })).status === 409,
  }),
  variant({
    id: "crawling-is-not-deleted",
    rules: ["A-DELETE-4"],
    says: "A delete is answered 409 while a crawl runs.",
    document: ["draft-crawling", "active-recrawling", "paused-recrawling"]
      .map((state) => cells("deleteWidget", state, { to: null, code: "crawl_in_progress" }))
      .reduce<Json>((whole, change) => mergePatch(whole, change), {}) as JsonObject,
    shows: async (user) => (await user.delete((await user.create()).body.id)).status === 409,
  }),
  variant({
    id: "recrawl-meanwhile-is-answered-429",
    rules: ["A-RECRAWL-2"],
    says: "A recrawl while a crawl runs is answered 429 with Retry-After.",
    layer: () => answered("recrawlWidget", 409, 429),
    shows: async (user) => (await user.recrawl((await user.create()).body.id)).status === 429,
  }),
  variant({
    id: "one-status-for-bad-bodies",
    rules: ["A-VAL-1", "A-VAL-2"],
    says: "Whatever is wrong with a body is answered 422.",
    layer: () => async (call, next) => {
      const reply = await next(call);
      const isBad =
        ["createWidget", "updateWidget"].includes(call.operation ?? "") && [400, 413, 415].includes(reply.status);
      return isBad ? { ...reply, status: 422 } : reply;
    },
    shows: async (user) => (await user.ask("POST", widgets, {}, { "content-type": "text/plain" })).status === 422,
  }),
  variant({
    id: "sites-by-https-alone",
    rules: ["A-VAL-4"],
    says: "A site_url that is not https is refused.",
    layer: () => refuse("createWidget", (call) => !/^https:/i.test(String(bodyOf(call)["site_url"]))),
    shows: async (user) => (await user.create({ site_url: "http://northwind.example" })).status === 400,
  }),
  variant({
    id: "create-ignores-the-rest",
    rules: ["A-CREATE-2"],
    says: "A create takes name and site_url, and ignores what else it sends.",
    layer: () => takeBody("createWidget", ({ name = null, site_url: site = null }) => ({ name, site_url: site })),
    shows: async (user) => (await user.create({ voice: "Kore" })).body.voice === "Charon",
  }),
  variant({
    id: "create-rejects-markup",
    rules: ["A-LIMIT-1"],
    says: "A create with `<` in any text is refused.",
    layer: () => refuse("createWidget", (call) => JSON.stringify(bodyOf(call)).includes("<"), refusal(422)),
    shows: async (user) => (await user.create({ persona: "a < b" })).status === 422,
  }),
  variant({
    id: "create-takes-two-members",
    rules: ["A-CREATE-2"],
    says: "A create with more than name and site_url is refused.",
    layer: () =>
      refuse("createWidget", (call) =>
        Object.keys(bodyOf(call)).some((member) => !["name", "site_url"].includes(member)),
      ),
    shows: async (user) => (await user.create({ voice: "Kore" })).status === 400,
  }),
  variant({
    id: "names-are-unique",
    rules: ["A-CREATE-4"],
    says: "A create with the name of another widget of the organization is answered 409.",
    layer: (memory) => uniqueNames(memory),
    shows: async (user) => {
      await user.create();
      return (await user.create()).status === 409;
    },
  }),
  variant({
    id: "names-are-unique-always",
    rules: ["A-CREATE-4"],
    says: "A create or an update with the name of another widget of the organization is answered 422.",
    layer: (memory) => uniqueNames(memory, ["createWidget", "updateWidget"], refusal(422, "name_taken")),
    shows: async (user) => {
      await user.create();
      const { id } = (await user.create({ name: "Another" })).body;
      return (await user.update(id, { name: "Northwind" })).status === 422;
    },
  }),
  variant({
    id: "tight-limits",
    rules: ["A-LIMIT-1"],
    says: "Names have 39 characters at most, personas 2000, and there are at most 5 domains and 4 prompts.",
    layer: () => refuse(["createWidget", "updateWidget"], isTooMuch),
    shows: async (user) => (await user.create({ persona: "p".repeat(2001) })).status === 400,
  }),
  variant({
    id: "voices-are-a-list",
    rules: ["A-ENUM-3"],
    says: "Only Charon, Aoede, Kore and Puck are voices.",
    layer: () =>
      refuse(["createWidget", "updateWidget"], (call) => !voices.includes(String(bodyOf(call)["voice"] ?? "Charon"))),
    shows: async (user) => (await user.create({ voice: "Fenrir" })).status === 400,
  }),
  ...valuesRefused([
    [
      "values-are-picked",
      "A radius below 8, a voice or a position that is not documented, and markup in a name are refused.",
      (body) => {
        const { radius = 8 } = part(body, "theme");
        const isOdd = (member: string, ...values: readonly Json[]) =>
          body[member] !== undefined && !values.includes(body[member]);
        return (
          Number(radius) < 8 ||
          isOdd("voice", "Charon", "Aoede") ||
          isOdd("position", "bottom-right") ||
          /</.test(String(body["name"]))
        );
      },
      { position: "top-left" },
    ],
    [
      "hosts-are-known",
      "Hosts in domains with a first label of one letter are refused, and so are prompts that do not ask.",
      ({ domains = [], suggested_prompts: prompts = [] }) =>
        (domains as string[]).some((host) => /^.\./.test(host)) ||
        (prompts as string[]).some((prompt) => !prompt.endsWith("?")),
      { domains: ["b.example"] },
    ],
    [
      "names-are-latin",
      "Names with letters that are not Latin are refused.",
      ({ name = "" }) => /[^\p{ASCII}\p{Script=Latin}]/u.test(String(name)),
      { name: "漢字" },
    ],
    [
      "modes-are-fixed",
      "A display_mode other than fab, a mode of the theme other than dark, and a radius that is no multiple of 4 are refused.",
      (body) => {
        const { mode = "dark", radius = 4 } = part(body, "theme");
        return (body["display_mode"] ?? "fab") !== "fab" || mode !== "dark" || Number(radius) % 4 > 0;
      },
      { display_mode: "inline" },
    ],
  ]),
  variant({
    id: "modes-are-free",
    rules: ["A-ENUM-2"],
    says: "Any text is a display_mode, a position and a mode of the theme.",
    document: {
      components: {
        schemas: {
          DisplayMode: { enum: null },
          Position: { enum: null },
          ThemeMode: { enum: null },
        },
      },
    },
    shows: async (user) => (await user.create({ display_mode: "sidebar" })).status === 201,
  }),
  variant({
    id: "site-gets-a-scheme",
    rules: ["A-VAL-4"],
    says: "A site_url without a scheme is taken as https.",
    layer: () =>
      takeBody("createWidget", (body) => {
        const siteUrl = body["site_url"];
        return typeof siteUrl === "string" && !siteUrl.includes("://")
          ? { ...body, site_url: `https://${siteUrl}` }
          : body;
      }),
    shows: async (user) => (await user.create({ site_url: "northwind.example" })).status === 201,
  }),
  variant({
    id: "bodies-before-keys",
    rules: ["A-ORDER-1"],
    says: "A create without a name is answered 400, whether a key was sent or not.",
    layer: () => refuse("createWidget", (call) => !("name" in bodyOf(call))),
    shows: async (user) => (await user.as("").ask("POST", widgets, {})).status === 400,
  }),
  variant({
    id: "null-is-refused",
    rules: ["A-PATCH-2"],
    says: "An update with null is refused.",
    layer: () => refuse("updateWidget", (call) => Object.values(bodyOf(call)).includes(null)),
    shows: async (user) => (await user.update((await user.active()).body.id, { voice: null })).status === 400,
  }),
];

/** Values that are refused, with 422, by creates and updates alike. */
function valuesRefused(
  kinds: readonly (readonly [
    id: string,
    says: string,
    isRefused: (body: JsonObject) => boolean,
    example: JsonObject,
  ])[],
) {
  return kinds.map(([id, says, isRefused, example]) =>
    variant({
      id,
      rules: ["A-LIMIT-1"],
      says,
      layer: () => refuse(["createWidget", "updateWidget"], (call) => isRefused(bodyOf(call)), refusal(422)),
      shows: async (user) => (await user.update((await user.active()).body.id, example)).status === 422,
    }),
  );
}

const voices = ["Charon", "Aoede", "Kore", "Puck"];

function isTooMuch(call: Call): boolean {
  const { name = "", persona = "", domains = [], suggested_prompts: prompts = [] } = bodyOf(call);
  const isLong = (value: Json, most: number) =>
    (typeof value === "string" || Array.isArray(value)) && value.length > most;
  return isLong(name, 39) || isLong(persona, 2000) || isLong(domains, 5) || isLong(prompts, 4);
}

/** Gives a refusal another status. */
function answered(operations: string | readonly string[], from: number, to: number): Layer {
  return onOperation(operations, async (call, next) => {
    const reply = await next(call);
    return reply.status === from ? { ...reply, status: to } : reply;
  });
}

type Refused = (reply: Reply) => { readonly body?: Json; readonly text?: string; readonly type?: string };

/** Refusals of another form. */
function bodies(forms: readonly (readonly [id: string, name: string, form: Refused])[]) {
  return forms.map(([id, name, form]) =>
    variant({
      id: `refusals-are-${id}`,
      rules: ["A-ERR-1"],
      says: `A refusal comes as ${name}.`,
      layer: () => async (call, next) => {
        const reply = await next(call);
        if (call.path.startsWith("/_mock") || reply.status < 400) return reply;
        const { body, text, type = body === undefined ? "text/plain" : "application/json" } = form(reply);
        return { status: reply.status, headers: { ...reply.headers, "content-type": type }, body, text };
      },
      shows: async (user) => (await user.get("wgt_nobody")).body?.title === undefined,
    }),
  );
}

/** The key in a header; undefined where there is none. */
type Read = (sent: string) => string | undefined;

/** Other ways to say who calls. */
function keys(ways: readonly (readonly [id: string, name: string, authorize: Authorization, read: Read])[]) {
  return ways.map(([id, name, authorize, read]) =>
    variant({
      id: `key-by-${id}`,
      rules: ["A-AUTH-1"],
      says: `A key comes by ${name}.`,
      authorize,
      layer: () => authorizedBy(authorize.header, read),
      shows: async ({ subject }) => {
        const ours = await userOf(subject).create();
        return ours.status === 401 && (await userOf(subject, "sk_test_one", authorize).create()).status === 201;
      },
    }),
  );
}

/** Takes keys from where they come; visitors and the control plane go on using theirs. */
function authorizedBy(header: string, read: Read): Layer {
  return (call, next) => {
    const sent = call.headers[header];
    const key = sent === undefined ? undefined : read(sent);
    if (key !== undefined && call.headers["authorization"]?.startsWith("Bearer") !== true) {
      return next({ ...call, headers: { ...call.headers, authorization: `Bearer ${key}` } });
    }
    const { authorization, ...headers } = call.headers;
    return next(management.includes(call.operation ?? "") ? { ...call, headers } : call);
  };
}

function uniqueNames(
  memory: Memory,
  operations: readonly string[] = ["createWidget"],
  taken: Reply = refusal(409, "name_taken"),
): Layer {
  const names = new Map<string, string>();
  return async (call, next) => {
    const name = `${memory.keyOf(call)} ${bodyOf(call)["name"]}`;
    const others = [...names].filter(([id]) => id !== call.id).map(([, one]) => one);
    if (operations.includes(call.operation ?? "") && others.includes(name)) return taken;
    const reply = await next(call);
    const id = widgetIn(reply)?.["id"];
    const isNamed = call.operation === "createWidget" || "name" in bodyOf(call);
    if (typeof id === "string" && isNamed) names.set(id, name);
    if (call.operation === "deleteWidget" && isDone(reply)) names.delete(call.id);
    return reply;
  };
}
