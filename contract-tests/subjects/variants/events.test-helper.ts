import type { JsonObject } from "../../../spec/merge-patch.ts";
import { variant } from "../build.test-helper.ts";
import type { Delivered, Probe } from "../subject.test-helper.ts";

/** Events that look otherwise. */
export const eventVariants = [
  ...rewritten([
    [
      "events-are-thin",
      "An event carries the widget's id and nothing else of it.",
      ({ data, ...event }) => ({ ...event, data: { id: idIn(data) } }),
    ],
    [
      "events-are-flat",
      "An event has `event` for `type`, and `widget_id` for the widget.",
      ({ type, timestamp, data }) => ({ event: type ?? null, created: timestamp ?? null, widget_id: idIn(data) }),
    ],
    [
      "events-are-wrapped",
      "An event comes inside an object `payload` with an id of its own.",
      (event) => ({ id: "evt_1", payload: event }),
    ],
    [
      "events-tell-what-was-before",
      "An event carries the widget's id, what was before, with the status draft, and the new status.",
      ({ data, ...event }) => ({
        ...event,
        data: { id: idIn(data), status: (data as JsonObject)["status"] ?? null },
        previous: { id: idIn(data), status: "draft" },
      }),
    ],
    [
      "events-are-texts-in-an-envelope",
      "An event is JSON in a text `Message` of an envelope.",
      (event) => ({ MessageId: "m-1", Type: "Notification", Message: JSON.stringify(event) }),
    ],
  ]),
  variant({
    id: "events-are-signed-otherwise",
    rules: ["A-EVENT-1"],
    says: "An event is signed in a header of another name, by a scheme of its own.",
    deliver: ({ headers, body }) => ({
      headers: { "content-type": headers["content-type"] ?? "application/json", "x-widgets-signature": "sha256=00" },
      body,
    }),
    shows: delivers(({ headers }) => headers["webhook-signature"] === undefined),
  }),
];

function idIn(data: unknown): string {
  return String((data as JsonObject)["id"]);
}

function rewritten(forms: readonly (readonly [id: string, says: string, form: (event: JsonObject) => JsonObject])[]) {
  return forms.map(([id, says, form]) =>
    variant({
      id,
      rules: ["A-EVENT-1"],
      says,
      deliver: ({ headers, body }) => ({ headers, body: JSON.stringify(form(JSON.parse(body))) }),
      shows: delivers(({ body }) => JSON.parse(body).data?.name === undefined),
    }),
  );
}

/** Whether an event reaches its receiver in another form. */
function delivers(look: (event: Delivered) => boolean): Probe {
  const body = { type: "widget.ready", timestamp: "2026-01-01T00:00:00Z", data: { id: "wgt_1", name: "Northwind" } };
  const sent = { headers: { "webhook-signature": "v1,x" }, body: JSON.stringify(body) };
  return async ({ subject: { deliver = (event) => event } }) => {
    const event = deliver(sent);
    return event !== undefined && look(event);
  };
}
