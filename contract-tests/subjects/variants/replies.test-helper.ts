import type { RuleId } from "../../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../spec/merge-patch.ts";
import { variant } from "../build.test-helper.ts";
import { asked, bodyOf, isDone, type Reply, type Widget, widgetIn, widgetPath } from "../call.test-helper.ts";
import { shows as showing } from "../document.test-helper.ts";
import { afterwards, type Layer, onOperation, refusal, rewriteWidget, show, spellIds } from "../layer.test-helper.ts";

/** Answers of success that look otherwise. */
export const replyVariants = [
  variant({
    id: "create-answers-in-part",
    rules: ["A-CREATE-1"],
    says: "A create answers 202 with id, name and status alone.",
    layer: () =>
      afterwards("createWidget", async (_, reply) => {
        const { id = null, name = null, status = null } = widgetIn(reply) ?? {};
        return { ...reply, status: 202, body: { id, name, status } };
      }),
    shows: async (user) => (await user.create()).body.persona === undefined,
  }),
  ...withoutBody("updateWidget", "A-PATCH-5", 204),
  ...withoutBody("pauseWidget", "A-PAUSE-1", 202, 204, 200),
  ...withoutBody("resumeWidget", "A-PAUSE-1", 204),
  ...withoutBody("recrawlWidget", "A-RECRAWL-1", 202, 204),
  variant({
    id: "everything-answers-204",
    rules: ["A-PATCH-5", "A-PAUSE-1", "A-RECRAWL-1"],
    says: "Update, pause, resume and recrawl answer 204.",
    layer: () => emptied(["updateWidget", "pauseWidget", "resumeWidget", "recrawlWidget"], 204),
    shows: async (user) => (await user.recrawl((await user.active()).body.id)).status === 204,
  }),
  variant({
    id: "update-answers-in-part",
    rules: ["A-PATCH-5"],
    says: "An update answers with the id and the members that it sent.",
    layer: () =>
      afterwards("updateWidget", async (call, reply) => {
        const widget: Widget = widgetIn(reply) ?? {};
        const sent = Object.keys(bodyOf(call)).filter((member) => member in widget);
        return {
          ...reply,
          body: Object.fromEntries(["id", ...sent].map((member) => [member, widget[member] ?? null])),
        };
      }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      return (await user.update(id, { voice: "Kore" })).body.name === undefined;
    },
  }),
  variant({
    id: "recrawl-answers-a-job",
    rules: ["A-RECRAWL-1"],
    says: "A recrawl answers 201 with a job.",
    layer: () =>
      afterwards("recrawlWidget", async ({ id }, reply) => ({
        ...reply,
        status: 201,
        body: { id: `job_${id.slice(4)}`, type: "recrawl", status: "queued", widget_id: id },
      })),
    shows: async (user) => (await user.recrawl((await user.active()).body.id)).body.type === "recrawl",
  }),
  variant({
    id: "members-everywhere",
    rules: ["A-OBJ-2"],
    says: "Every object has more members, with lists and objects that resemble widgets, and lists have warnings.",
    layer: () => async (call, next) => {
      const reply = await next(call);
      const isApi = call.operation !== undefined && isJsonObject(reply.body);
      return isApi ? { ...reply, body: { ...decorated(reply.body as JsonObject), warnings: lookalikes } } : reply;
    },
    shows: async (user) => (await user.create()).body.warnings?.length === 2,
  }),
  variant({
    id: "ids-of-another-alphabet",
    rules: ["A-OBJ-3"],
    says: "Ids look like wgt_01H-….~y.",
    layer: () =>
      spellIds(
        (word) => word.replaceAll(/wgt_(\w{18})\b/g, "wgt_01H-$1.~y"),
        (word) => word.replaceAll(/wgt_01H-(\w{18})\.~y/g, "wgt_$1"),
      ),
    deliver: ({ headers, body }) => ({ headers, body: body.replaceAll(/wgt_(\w{18})\b/g, "wgt_01H-$1.~y") }),
    shows: async (user) => /^wgt_01H-\w+\.~y$/.test((await user.create()).body.id),
  }),
  variant({
    id: "created-at-with-an-offset",
    rules: ["A-OBJ-4"],
    says: "The time of creation has an offset and fractions of seconds.",
    layer: () =>
      show("created_at", (time) => {
        const shifted = new Date(Date.parse(String(time)) + 3_600_000).toISOString();
        return shifted.replace("Z", "417+01:00");
      }),
    shows: async (user) => (await user.create()).body.created_at.endsWith("+01:00"),
  }),
  ...["disabled", "PAUSED"].map((value) =>
    variant({
      id: `paused-is-spelled-${value.toLowerCase()}`,
      rules: ["A-ENUM-1"],
      says: `A paused widget has the status ${value}.`,
      options: { dialect: { "A-ENUM-1": { choice: "spelled", value } } },
      shows: async (user) => (await user.pause((await user.active()).body.id)).body.status === value,
    }),
  ),
  variant({
    id: "paused-is-a-member",
    rules: ["A-ENUM-1", "A-OBJ-2"],
    says: "Whether a widget is paused is told by a member of its own; its status is inactive then.",
    layer: () =>
      rewriteWidget((widget) => {
        const paused = widget["status"] === "paused";
        return { ...widget, paused, ...(paused ? { status: "inactive" } : {}) };
      }),
    shows: async (user) => (await user.pause((await user.active()).body.id)).body.paused === true,
  }),
  variant({
    id: "recrawling-is-a-status",
    rules: ["A-ENUM-1", "A-RECRAWL-5"],
    says: "While its site is recrawled an active widget has the status recrawling.",
    document: showing("active-recrawling", "recrawling"),
    shows: async (user) => (await user.recrawl((await user.active()).body.id)).body.status === "recrawling",
  }),
  variant({
    id: "entity-tags",
    rules: ["A-PATCH-8"],
    says: "Reads carry an ETag, and an update with another one in If-Match is answered 412.",
    layer: () => async (call, next) => {
      const wanted = call.headers["if-match"];
      if (call.operation === "updateWidget" && wanted !== undefined) {
        const { body } = await next(asked(call, "GET", widgetPath(call.id)));
        if (wanted !== tagOf(body)) return refusal(412, "precondition_failed");
      }
      const reply = await next(call);
      return widgetIn(reply) ? { ...reply, headers: { ...reply.headers, etag: tagOf(reply.body) } } : reply;
    },
    shows: async (user) => {
      const { id } = (await user.create()).body;
      return (await user.ask("PATCH", widgetPath(id), { voice: "Kore" }, { "if-match": '"0"' })).status === 412;
    },
  }),
  variant({
    id: "answers-have-no-request-id",
    rules: ["A-ERR-2"],
    says: "No answer has a Request-Id.",
    layer: () => async (call, next) => {
      const reply = await next(call);
      const { "request-id": _, ...headers } = reply.headers;
      return { ...reply, headers };
    },
    shows: async (user) => !(await user.create()).headers.has("request-id"),
  }),
];

const lookalikes: Json = [
  { id: "wgt_deprecated", name: "Use the new editor", status: "active", created_at: "2026-01-01T00:00:00Z" },
  { id: "wgt_limits", name: "You are near a limit", status: "draft", created_at: "2026-01-01T00:00:00Z" },
];

/** An object with more in it, and those inside too. */
function decorated(value: JsonObject): JsonObject {
  const inner = (part: Json): Json =>
    isJsonObject(part) ? decorated(part) : Array.isArray(part) ? (part as readonly Json[]).map(inner) : part;
  const members = Object.entries(value).map(([name, member]) => [name, inner(member)] as const);
  const related = [{ id: "wgt_related", name: "Related", status: "active" }];
  const _links = { self: { href: `/x/${String(value["id"] ?? "none")}` }, next: { href: "/x?cursor=none" } };
  return { ...Object.fromEntries(members), owner: { id: "usr_1", name: "Sam" }, related, tags: [], _links };
}

function tagOf(body: Json | undefined): string {
  const text = JSON.stringify(body ?? null);
  let sum = 0;
  for (let n = 0; n < text.length; n++) sum = (sum * 31 + text.charCodeAt(n)) % 4_294_967_296;
  return `"${sum.toString(36)}"`;
}

function emptied(operations: string | readonly string[], status: number): Layer {
  return onOperation(operations, async (call, next): Promise<Reply> => {
    const reply = await next(call);
    const { "content-type": _, ...headers } = reply.headers;
    return isDone(reply) ? { status, headers } : reply;
  });
}

/** An operation that answers with a status and nothing else. */
function withoutBody(
  operation: "updateWidget" | "pauseWidget" | "resumeWidget" | "recrawlWidget",
  rule: RuleId,
  ...statuses: readonly number[]
) {
  const name = operation.replace("Widget", "") as "update" | "pause" | "resume" | "recrawl";
  return statuses.map((status) =>
    variant({
      id: `${name}-answers-${status}-and-nothing`,
      rules: [rule],
      says: `The operation ${name} answers ${status} without a body.`,
      layer: () => emptied(operation, status),
      shows: async (user) => {
        const { id } = (await user.active()).body;
        const seen = name === "update" ? await user.update(id, { voice: "Kore" }) : await user[name](id);
        return seen.status === status && seen.body === null;
      },
    }),
  );
}
