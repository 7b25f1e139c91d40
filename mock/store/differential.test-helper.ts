import * as fc from "fast-check";
import { expect } from "vitest";
import { widgets } from "../api-client.test-helper.ts";
import type { MockFetch } from "../http/fetch.ts";
import type { MockOptions } from "../options.ts";

/** A mock under test: what answers, one process after the other, and how it ends. */
export interface MockUnderTest {
  /** More than one if several processes share a store: each command goes to the next. */
  readonly processes: readonly MockFetch[];
  /** Ends it, and opens it again with the state that it has left. */
  reopen?(): Promise<void>;
  close(): Promise<void>;
}

/** How much of what mocks say and hold must be the same. */
export interface Comparison {
  /** Mocks that are opened with `differentialOptions`; the first one keeps its state in memory. */
  readonly openers: readonly (() => Promise<MockUnderTest>)[];
  /**
   * True if each of them is one process: then webhooks are sent, and what may be lost with a process, such as recorded
   * requests, is the same as well.
   */
  readonly isExact: boolean;
  readonly runs: number;
}

/** The options of every mock of the test. Its clock is moved by commands alone; bounds are so low that they are reached. */
export const differentialOptions: MockOptions = {
  clock: "manual",
  crawl: "2s",
  seed: 7,
  apiKeys: { one: "one", two: "two" },
  maxConversations: 1,
  maxDeletedIds: 2,
  maxDeliveries: 4,
};

/** A kind of commands. In its path `{id}`, `{endpoint}`, `{fault}` and `{talk}` stand for what was seen. */
interface CommandKind {
  readonly method: string;
  readonly path: string;
  readonly weight?: number;
  readonly body?: fc.Arbitrary<unknown>;
  readonly headers?: fc.Arbitrary<Readonly<Record<string, string>>>;
  /** What becomes of attempts depends on when receivers answer, and whose turn it is then. */
  readonly isForExact?: true;
}

interface Command {
  readonly method: string;
  readonly path: string;
  /** The key; undefined for a control that concerns all organizations. */
  readonly key: string | undefined;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** Picks one of what was seen. */
  readonly which: number;
  /** True if what can be is opened again after it. */
  readonly isReopened: boolean;
}

const origin = "http://mock.test";
const hosts = [
  "a.example",
  "b.example",
  "x.fail.test",
  "y.slow.test",
  "z.empty.test",
  "q.recrawl-fail.test",
  "hang.test",
];
const site_url = fc
  .oneof({ weight: 2, arbitrary: fc.constant("a.example") }, fc.constantFrom(...hosts))
  .map((host) => `https://${host}/`);
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 10 });
const dropping = fc.constantFrom({ drop: true }, { drop: true, duplicate: true });
/** Nothing listens there. */
const url = "http://127.0.0.1:9/";
const idempotency = fc.constantFrom<Record<string, string>>(
  {},
  { "idempotency-key": "k1" },
  { "idempotency-key": "k2" },
);
const visitors = "/api/v1/public/widgets";

const commandKinds: readonly CommandKind[] = [
  { method: "POST", path: widgets, body: fc.record({ name, site_url }), headers: idempotency, weight: 8 },
  { method: "GET", path: `${widgets}/{id}`, weight: 3 },
  { method: "GET", path: widgets },
  { method: "PATCH", path: `${widgets}/{id}`, body: fc.record({ name }), weight: 3 },
  { method: "POST", path: `${widgets}/{id}/pause`, weight: 2 },
  { method: "POST", path: `${widgets}/{id}/resume`, weight: 2 },
  { method: "POST", path: `${widgets}/{id}/recrawl`, weight: 2 },
  { method: "DELETE", path: `${widgets}/{id}`, weight: 3 },
  { method: "POST", path: `${visitors}/{id}/conversations`, weight: 8 },
  { method: "POST", path: `${visitors}/{talk}/messages`, body: fc.constant({ text: "Hello" }), weight: 4 },
  {
    method: "POST",
    path: "/_mock/clock/advance",
    body: fc.record({ seconds: fc.constantFrom(0, 1, 2, 5, 60, 400, 90_000) }),
    weight: 9,
  },
  { method: "POST", path: "/_mock/clock/freeze" },
  {
    method: "PUT",
    path: "/_mock/crawls",
    body: fc.record({ mode: fc.constantFrom("2s", "5s-9s", "reads:2", "manual", "immediate", "immediate") }),
    weight: 2,
  },
  { method: "POST", path: "/_mock/crawls/end", body: fc.constantFrom({}, { outcome: "succeeded" }) },
  { method: "POST", path: "/_mock/widgets/{id}/trigger", body: fc.constant({ outcome: "failed" }) },
  { method: "POST", path: "/_mock/sites/change", body: fc.record({ site_url }) },
  {
    method: "POST",
    path: "/_mock/faults",
    body: fc.constantFrom<object>(
      { status: 500, calls: 2 },
      { operation: "pauseWidget", status: 503, share: 0.3 },
      { operation: "createWidget", rateLimit: { limit: 2, windowSeconds: 60 } },
      { operation: "getWidget", latencyMs: { min: 0, max: 1 }, calls: 3 },
    ),
    weight: 2,
  },
  { method: "DELETE", path: "/_mock/faults" },
  { method: "DELETE", path: "/_mock/faults/{fault}" },
  { method: "POST", path: "/_mock/webhooks", body: dropping.map((faults) => ({ url, faults })), weight: 2 },
  { method: "POST", path: "/_mock/webhooks", body: fc.constant({ url }), weight: 2, isForExact: true },
  {
    method: "POST",
    path: "/_mock/webhooks",
    body: fc.constant({ url, faults: { duplicate: true, delaySeconds: 3 } }),
    isForExact: true,
  },
  { method: "PUT", path: "/_mock/webhooks/{endpoint}/faults", body: dropping },
  { method: "DELETE", path: "/_mock/webhooks/{endpoint}" },
  { method: "POST", path: "/_mock/organizations", body: fc.constant({ organization: "acme" }) },
  { method: "POST", path: "/_mock/reset", body: fc.constantFrom<object>({}, { scenario: "one-of-each" }, { seed: 9 }) },
  { method: "PUT", path: "/_mock/snapshot" },
];

const sequences = (isExact: boolean) => {
  const kinds = commandKinds.filter(({ isForExact = false }) => isExact || !isForExact);
  return fc.array(fc.oneof(...kinds.map((kind) => ({ weight: kind.weight ?? 1, arbitrary: commandOf(kind) }))), {
    minLength: 20,
    maxLength: 50,
    size: "max",
  });
};

function commandOf(kind: CommandKind): fc.Arbitrary<Command> {
  const { method, path, body = fc.constant(undefined), headers = fc.constant({}) } = kind;
  const keys = path.startsWith("/_mock/") ? ["one", "two", undefined] : ["one", "two"];
  const isOfAll = path === "/_mock/organizations" || path === "/_mock/snapshot";
  const key = isOfAll
    ? fc.constant(undefined)
    : fc.oneof({ weight: 4, arbitrary: fc.constant("one") }, fc.constantFrom(...keys));
  return fc.record({
    method: fc.constant(method),
    path: fc.constant(path),
    key,
    body,
    headers,
    which: fc.nat(7),
    isReopened: fc.boolean(),
  });
}

/** Tries random commands on a mock in memory and on others, and compares what they answer and all that they hold after each. */
export async function checkDifferences({ openers, isExact, runs }: Comparison): Promise<void> {
  const seed = Number(process.env["PROPERTY_SEED"] ?? 20261129);
  console.log(`Property seed ${seed}; PROPERTY_SEED=<n> takes another.`);
  await fc.assert(
    fc.asyncProperty(sequences(isExact), async (sequence) => {
      const mocks = await Promise.all(openers.map((open) => open()));
      try {
        await playBeside(mocks, sequence, isExact);
      } finally {
        for (const mock of mocks) await mock.close();
      }
    }),
    { seed, numRuns: runs, endOnFailure: true },
  );
}

/** What later commands may be about. */
interface Seen {
  ids: readonly string[];
  readonly talks: { readonly path: string; readonly token: string }[];
  /** A snapshot of a while ago. */
  snapshot: string | undefined;
}

async function playBeside(
  mocks: readonly MockUnderTest[],
  sequence: readonly Command[],
  isExact: boolean,
): Promise<void> {
  const seen: Seen = { ids: [], talks: [], snapshot: undefined };
  for (const [turn, command] of sequence.entries()) {
    const request = requestOf(command, seen);
    if (!request) continue;
    const title = `${request.init.method} ${request.path}`;
    const texts: string[] = [];
    for (const { processes } of mocks) {
      const fetch = processes[turn % processes.length] as MockFetch;
      const answer = await fetch(origin + request.path, request.init);
      texts.push(`${answer.status} ${await answer.text()}`);
      if (isExact) await (await fetch(`${origin}/_mock/settle`, { method: "POST" })).text();
    }
    for (const text of texts) expect(comparable(text, isExact), title).toBe(comparable(texts[0] ?? "", isExact));
    if (command.isReopened) for (const mock of mocks) await mock.reopen?.();
    const snapshots: string[] = [];
    for (const fetch of mocks.flatMap(({ processes }) => processes)) {
      snapshots.push(await (await fetch(`${origin}/_mock/snapshot`)).text());
    }
    const [whole = "", ...others] = snapshots;
    const state = stateIn(whole, isExact);
    for (const other of others) expect(stateIn(other, isExact), `after ${title}`).toEqual(state);
    learn(seen, { request, answer: texts[0] ?? "", snapshot: whole });
  }
}

interface Sent {
  readonly path: string;
  readonly init: RequestInit;
}

const prefixes: { readonly [kind: string]: string } = { id: "wgt_", endpoint: "whe_", fault: "flt_" };

/** The request of a command; undefined if it is about something that there is not yet. */
function requestOf({ method, path: template, key, body, headers: more, which }: Command, seen: Seen): Sent | undefined {
  const talk = seen.talks.at(which % Math.max(1, seen.talks.length));
  if (template.includes("{talk}") && !talk) return undefined;
  const path = template.replace(/\{(\w+)\}/, (_, what: string) => {
    if (what === "talk") return talk?.path ?? "";
    const ids = seen.ids.filter((id) => id.startsWith(prefixes[what] ?? "?"));
    return ids[which % Math.max(1, ids.length)] ?? "none";
  });
  const isRestore = path === "/_mock/snapshot";
  if (isRestore && seen.snapshot === undefined) return undefined;
  const sent = isRestore ? seen.snapshot : body === undefined ? undefined : JSON.stringify(body);
  const credential = template.includes("{talk}") ? talk?.token : key;
  const headers: Record<string, string> = { "content-type": "application/json", ...more };
  if (credential !== undefined) headers["authorization"] = `Bearer ${credential}`;
  return { path, init: { method, headers, ...(sent !== undefined && { body: sent }) } };
}

function learn(seen: Seen, { request, answer, snapshot }: { request: Sent; answer: string; snapshot: string }): void {
  seen.ids = [...new Set(snapshot.match(/\b(wgt|whe|flt)_[a-z0-9_]+/g))];
  if (seen.ids.some((id) => id.startsWith("wgt_"))) seen.snapshot ??= snapshot;
  if (!answer.startsWith("201") || !request.path.endsWith("/conversations")) return;
  const { id, token } = JSON.parse(answer.slice(4));
  seen.talks.unshift({ path: `${request.path.slice(`${visitors}/`.length)}/${id}`, token });
}

/** Members that depend on real time. */
const chance = /"(durationMs|createdAtReal|created_at|checksum)":("[^"]*"|[\d.]+)/g;
/** Ids of requests begin otherwise in each process. */
const requestIds = /req_[a-z0-9]+_\d+/g;
/** What an organization has used is left out by a process that has no copy of its world. */
const counts = /,"used":\d+/g;

function comparable(text: string, isExact: boolean): string {
  const lasting = text.replace(chance, '"$1":0');
  return isExact ? lasting : lasting.replace(requestIds, "req").replace(counts, "");
}

/** What a snapshot holds; unless it is exact, without what may be lost with a process. */
function stateIn(snapshot: string, isExact: boolean): unknown {
  const { state } = JSON.parse(comparable(snapshot, isExact)) as { state: Record<string, unknown>[] };
  for (const part of state) if (part["part"] === "organization") delete part["createdAt"];
  if (isExact) return state;
  const parts = state.filter(({ part }) => part !== "request" && part !== "happening");
  for (const part of parts) {
    delete part["unknownRequests"];
    if (part["ids"]) part["ids"] = { widgets: (part["ids"] as { widgets: number }).widgets };
  }
  // Worlds of a mock that several processes share are in the order in which each has met them.
  const worlds: Record<string, unknown>[][] = [[]];
  for (const part of parts) {
    if (part["part"] === "world") worlds.push([]);
    worlds.at(-1)?.push(part);
  }
  return worlds.sort((a, b) =>
    String(a[0]?.["organization"] ?? "").localeCompare(String(b[0]?.["organization"] ?? "")),
  );
}
