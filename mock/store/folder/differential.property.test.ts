import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createMock, type MockOptions } from "../../index.ts";
import { openMockWith } from "../open-mock.ts";
import { openFolder } from "./folder-store.ts";

/** A mock that is under test: whatever keeps its state, it is called over its `fetch` alone. */
interface ComparedMock {
  readonly fetch: (request: Request) => Promise<Response>;
  close(): Promise<void> | void;
}

/** A store that is compared with the memory of a mock. */
interface ComparedStore {
  /** Opens the state that it has; a new one the first time. */
  open(options: MockOptions): Promise<ComparedMock>;
  /** Removes the state. */
  remove(): Promise<void>;
}

/** A request of either surface. `{widget}` and the like in its path stand for one of those that were created. */
interface RandomRequest {
  readonly method: string;
  readonly path: string;
  /** The organization, or none for all of them. */
  readonly key?: string | undefined;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Names {
  readonly widgets: string[];
  readonly conversations: { readonly widget: string; readonly id: string; readonly token: string }[];
  snapshot: string | undefined;
}

const keys = ["sk_test_one", "sk_test_two"] as const;
const widgets = "/api/v1/widgets";
const visitors = "/api/v1/public/widgets";
const hosts = ["shop.example", "fail.test", "slow.test", "recrawl-fail.test", "empty.test", "hang.test"];
/** Nothing listens there. */
const receiver = "http://127.0.0.1:9/hooks";

const key = fc.constantFrom(...keys);
const keyOrAll = fc.constantFrom(...keys, undefined);
const count = fc.nat({ max: 7 });

function request(
  method: string,
  path: string,
  members: Partial<Record<keyof RandomRequest, fc.Arbitrary<unknown>>> = {},
) {
  return fc.record({
    method: fc.constant(method),
    path: fc.constant(path),
    key,
    ...members,
  }) as fc.Arbitrary<RandomRequest>;
}

const ofWidget = ["pause", "resume", "recrawl"].map((operation) => request("POST", `${widgets}/{widget}/${operation}`));
const newWidget = fc.record({
  name: fc.constantFrom("North", "South"),
  site_url: fc.constantFrom(...hosts.map((host) => `https://${host}`)),
});
const idempotency = fc.option(
  fc.constantFrom("k1", "k2").map((value) => ({ "Idempotency-Key": value })),
  { nil: {} },
);
const fault = fc.constantFrom(
  { operation: "createWidget", status: 500, calls: 2 },
  { status: 503, share: 0.3 },
  { operation: "listWidgets", rateLimit: { limit: 2, windowSeconds: 60 } },
  { operation: "getWidget", latencyMs: { min: 0, max: 1 }, calls: 3 },
);
const endpoint = fc.constantFrom({ url: receiver }, { url: receiver, faults: { duplicate: true, delaySeconds: 3 } });
const crawl = fc.constantFrom("2s", "1s-9s", "reads:2", "manual", "immediate").map((mode) => ({ mode }));

const anyRequest: fc.Arbitrary<RandomRequest> = fc.oneof(
  { arbitrary: request("POST", widgets, { body: newWidget, headers: idempotency }), weight: 8 },
  { arbitrary: request("GET", `${widgets}/{widget}`), weight: 3 },
  { arbitrary: request("GET", widgets), weight: 2 },
  {
    arbitrary: request("PATCH", `${widgets}/{widget}`, { body: fc.record({ name: fc.constantFrom("A", "B") }) }),
    weight: 2,
  },
  { arbitrary: request("DELETE", `${widgets}/{widget}`), weight: 3 },
  ...ofWidget.map((arbitrary) => ({ arbitrary, weight: 2 })),
  { arbitrary: request("POST", `${visitors}/{widget}/conversations`, { key: fc.constant(undefined) }), weight: 4 },
  { arbitrary: request("POST", `${visitors}/{talk}/messages`, { body: fc.constant({ text: "Hello" }) }), weight: 3 },
  {
    arbitrary: request("POST", "/_mock/clock/advance", { key: keyOrAll, body: count.map((seconds) => ({ seconds })) }),
    weight: 6,
  },
  {
    arbitrary: request("POST", "/_mock/clock/advance", { key: keyOrAll, body: fc.constant({ seconds: 90_000 }) }),
    weight: 1,
  },
  request("POST", "/_mock/clock/freeze", { key: keyOrAll }),
  { arbitrary: request("PUT", "/_mock/crawls", { key: keyOrAll, body: crawl }), weight: 2 },
  request("POST", "/_mock/crawls/end", { key: keyOrAll, body: fc.constant({ outcome: "succeeded" }) }),
  request("POST", "/_mock/widgets/{widget}/trigger", { body: fc.constant({ outcome: "failed" }) }),
  request("POST", "/_mock/sites/change", { body: fc.constant({ site_url: "https://shop.example" }) }),
  { arbitrary: request("POST", "/_mock/faults", { key: keyOrAll, body: fault }), weight: 2 },
  request("DELETE", "/_mock/faults", { key: keyOrAll }),
  request("DELETE", "/_mock/faults/flt_1"),
  { arbitrary: request("POST", "/_mock/webhooks", { key: keyOrAll, body: endpoint }), weight: 2 },
  request("DELETE", "/_mock/webhooks/whe_1", { key: keyOrAll }),
  request("PUT", "/_mock/webhooks/whe_all_1/faults", { key: keyOrAll, body: fc.constant({ drop: true }) }),
  request("POST", "/_mock/organizations", { key: fc.constant(undefined), body: fc.constant({ organization: "acme" }) }),
  request("POST", "/_mock/reset", {
    key: keyOrAll,
    body: fc.constantFrom({}, { seed: 5 }, { scenario: "one-of-each" }),
  }),
  request("PUT", "/_mock/snapshot", { key: fc.constant(undefined) }),
);

/** Commands, and whether the store is opened again after each. */
const commands = fc.array(fc.tuple(anyRequest, fc.boolean()), { minLength: 10, maxLength: 40 });

/**
 * Does the same random things with a store and in memory, and compares the whole state after each, also when the store was
 * closed and opened again.
 */
async function compareWithMemory(store: () => Promise<ComparedStore>, runs: number, seed: number): Promise<void> {
  const property = fc.asyncProperty(commands, async (steps) => {
    const under = await store();
    const options: MockOptions = { clock: "manual", seed: 7, maxConversations: 3, maxDeletedIds: 2, maxDeliveries: 4 };
    const inMemory = createMock(options);
    let mock = await under.open(options);
    const names: Names = { widgets: [], conversations: [], snapshot: undefined };
    try {
      for (const [step, isReopened] of steps) {
        const sent = requestOf(step, names);
        if (!sent) continue;
        const [expected, actual] = [await inMemory.fetch(sent.clone()), await mock.fetch(sent.clone())];
        const text = await expected.text();
        expect(withoutChance(await actual.text())).toEqual(withoutChance(text));
        learn(names, step, text);
        await settle(inMemory);
        await settle(mock);
        if (isReopened) {
          await mock.close();
          mock = await under.open(options);
        }
        const [whole, other] = [await exported(inMemory), await exported(mock)];
        expect(other.state).toEqual(whole.state);
        names.snapshot ??= whole.widgets > 0 ? whole.text : undefined;
      }
    } finally {
      await mock.close();
      inMemory.close();
      await under.remove();
    }
  });
  await fc.assert(property, { numRuns: runs, seed, endOnFailure: false });
}

/** The request with names in the place of those in braces; undefined if there is none yet. */
function requestOf(
  { method, path, key: organization, body, headers }: RandomRequest,
  names: Names,
): Request | undefined {
  const [talk] = names.conversations.slice(-1);
  const widget = names.widgets.at(-1 - (path.length % 3)) ?? names.widgets.at(-1);
  if (path.includes("{widget}") && !widget) return undefined;
  if (path.includes("{talk}") && !talk) return undefined;
  const isRestore = path === "/_mock/snapshot";
  if (isRestore && names.snapshot === undefined) return undefined;
  const authorization = path.includes("{talk}") ? talk?.token : organization;
  const at = path.replace("{widget}", widget ?? "").replace("{talk}", `${talk?.widget}/conversations/${talk?.id}`);
  const sent = isRestore ? names.snapshot : body && JSON.stringify(body);
  return new Request(`http://127.0.0.1${at}`, {
    method,
    headers: {
      ...(authorization !== undefined && { Authorization: `Bearer ${authorization}` }),
      ...(sent !== undefined && { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(sent !== undefined && { body: sent }),
  });
}

/** Remembers the names of what was created. */
function learn(names: Names, { method, path }: RandomRequest, text: string): void {
  if (method !== "POST" || !text.startsWith("{")) return;
  const { id, token } = JSON.parse(text);
  if (path === widgets && id !== undefined) names.widgets.push(id);
  if (path.endsWith("/conversations") && token !== undefined) {
    names.conversations.push({
      widget: names.widgets.at(-1 - (path.length % 3)) ?? String(names.widgets.at(-1)),
      id,
      token,
    });
  }
}

async function settle(mock: Pick<ComparedMock, "fetch">): Promise<void> {
  await (await mock.fetch(new Request("http://127.0.0.1/_mock/settle", { method: "POST" }))).text();
}

/** The state of a mock, without what depends on real time. */
async function exported(mock: Pick<ComparedMock, "fetch">): Promise<{ state: unknown; text: string; widgets: number }> {
  const response = await mock.fetch(new Request("http://127.0.0.1/_mock/snapshot"));
  const text = await response.text();
  const { state } = withoutChance(text) as { state: { part: string }[] };
  return { state, widgets: state.filter(({ part }) => part === "widget").length, text };
}

const chance = new Set(["durationMs", "createdAtReal", "checksum"]);

function withoutChance(text: string): unknown {
  if (!text.startsWith("{")) return text;
  return JSON.parse(text, function (this: { part?: string }, name, value) {
    if (chance.has(name) || (name === "createdAt" && this.part === "organization") || name === "created_at") return 0;
    return value;
  });
}

const seed = Number(process.env["PROPERTY_SEED"] ?? 20260409);

test("after random requests, a folder has the state that a mock in memory has, also when it was opened again", async () => {
  console.log(`Property seed ${seed}; PROPERTY_SEED=<n> takes another.`);
  const runs = 20 * Number(process.env["PROPERTY_SCALE"] ?? 1);
  const store = async () => {
    const folder = await mkdtemp(join(tmpdir(), "widgets-mock-"));
    return {
      open: (options: object) => openMockWith(openFolder(folder), options),
      remove: () => rm(folder, { recursive: true }),
    };
  };
  await compareWithMemory(store, runs, seed);
});
