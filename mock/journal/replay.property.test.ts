import * as fc from "fast-check";
import { expect, test } from "vitest";
import { widgets } from "../api-client.test-helper.ts";
import { createMock, type Mock } from "../index.ts";
import type { RecordedRequest } from "./recorded-request.ts";

const keys = { acme: "key-of-acme", globex: "key-of-globex" };
const origin = "http://mock.test";

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: [name: string, value: string][];
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** A step: a pause, or a request. `{id}` stands for a widget that was created. */
type Step = { readonly seconds: number } | (Sent & { readonly widget: number });

const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 30 }), fc.constantFrom("Bakery", "a".repeat(300)));
const body = fc.oneof(
  fc
    .record(
      { name: text, site_url: fc.constantFrom("https://a.example", "https://fail.test", "no URL"), voice: text },
      { requiredKeys: [] },
    )
    .map((members) => JSON.stringify({ name: "Bakery", site_url: "https://b.example", ...members })),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom("", "{", '{"name":null}', '{"\\ud800":1}'),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => new Uint8Array(bytes)),
);
const id = "{id}";
const target = fc.oneof(
  fc.constantFrom<[method: string, path: string]>(
    ["POST", widgets],
    ["GET", widgets],
    ["GET", `${widgets}?limit=2`],
    ["GET", `${widgets}?limit=0&curser=x`],
    ["GET", `${widgets}/${id}`],
    ["HEAD", `${widgets}/${id}`],
    ["PATCH", `${widgets}/${id}`],
    ["POST", `${widgets}/${id}/pause`],
    ["POST", `${widgets}/${id}/resume`],
    ["POST", `${widgets}/${id}/recrawl`],
    ["DELETE", `${widgets}/${id}`],
    ["PUT", widgets],
    ["GET", `/api/v1/public/widgets/${id}/config`],
    ["POST", `/api/v1/public/widgets/${id}/conversations`],
  ),
  fc.webPath({ size: "small" }).map((path): [string, string] => ["GET", `/api/v1/${path}`]),
);
const headers = fc.array(
  fc.constantFrom<[string, string]>(
    ["content-type", "application/json"],
    ["content-type", "text/plain"],
    ["accept", "text/html"],
    ["idempotency-key", "one"],
    ["idempotency-key", "two"],
    ["prefer", "code=409"],
    ["x-trace", "7"],
    ["origin", "https://page.example"],
  ),
  { maxLength: 3 },
);
const credential = fc.constantFrom(...Object.values(keys), "a-wrong-key", undefined);
const request = fc
  .record({ target, headers, body, credential, widget: fc.nat(5), isUsual: fc.boolean() })
  .map(({ target: [method, path], ...drawn }): Step => {
    const usual: [string, string][] = [["content-type", "application/json"]];
    const authorization = drawn.isUsual ? keys.acme : drawn.credential;
    const sent: [string, string][] = drawn.isUsual ? usual : drawn.headers;
    return {
      method,
      path,
      widget: drawn.widget,
      headers: [
        ...sent,
        ...(authorization === undefined ? [] : [["authorization", `Bearer ${authorization}`] as [string, string]]),
      ],
      ...(method === "GET" || method === "HEAD" ? {} : { body: drawn.body }),
    };
  });
const step = fc.oneof({ weight: 4, arbitrary: request }, { weight: 1, arbitrary: fc.record({ seconds: fc.nat(5) }) });

function newMock(): Mock {
  const apiKeys = Object.fromEntries(Object.entries(keys).map(([organization, key]) => [key, organization]));
  return createMock({ seed: 3, clock: "manual", apiKeys });
}

function send(mock: Mock, { method, path, headers: fields, body: sent }: Sent): Promise<Response> {
  return mock.fetch(`${origin}${path}`, { method, headers: fields, ...(sent === undefined ? {} : { body: sent }) });
}

async function play(mock: Mock, steps: readonly Step[]): Promise<void> {
  const ids: string[] = [];
  for (const one of steps) {
    if ("seconds" in one) {
      mock.clock.advance(one);
      continue;
    }
    const widget = ids[one.widget % Math.max(1, ids.length)] ?? "wgt_none";
    const response = await send(mock, { ...one, path: one.path.replace(id, widget) });
    if (response.status === 201) ids.push((await response.json()).id);
  }
}

/** Sends a recorded request again, at its time. A credential is not recorded: the organization's own takes its place. */
async function replay(mock: Mock, entry: RecordedRequest): Promise<void> {
  const elapsed = Date.parse(entry.at) - Date.parse(mock.clock.get().now);
  if (elapsed > 0) mock.clock.advance({ seconds: elapsed / 1000 });
  const { headers: recorded = [], body: kept, encoding } = entry.request ?? {};
  const key = Object.entries(keys).find(([organization]) => organization === entry.organization)?.[1];
  const fields = recorded.map(({ name, value }): [string, string] => [
    name,
    key === undefined ? value : value.replace("[redacted]", key),
  ]);
  // Of a text, fetch would make up a media type.
  const bytes = encoding === "base64" ? Buffer.from(kept ?? "", "base64") : Buffer.from(kept ?? "");
  await send(mock, {
    method: entry.method,
    path: entry.path + (entry.query ?? ""),
    headers: fields,
    ...(kept === undefined ? {} : { body: new Uint8Array(bytes) }),
  });
}

test("each recorded request, sent again to a new mock with the same seed and clock, gets the recorded answer", async () => {
  const seed = Number(process.env["PROPERTY_SEED"] ?? 20260409);
  const numRuns = 40 * Number(process.env["PROPERTY_SCALE"] ?? 1);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const [first, second] = [newMock(), newMock()];
      await play(first, steps);
      const recorded = first.journal.list().requests;
      for (const entry of recorded) await replay(second, entry);
      expect(second.journal.list().requests).toEqual(recorded);
    }),
    { seed, numRuns },
  );
});
