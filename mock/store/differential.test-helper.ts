import * as fc from "fast-check";
import { expect } from "vitest";
import { widgets } from "../api-client.test-helper.ts";
import type { MockFetch } from "../http/fetch.ts";
import type { MockOptions } from "../options.ts";

/** A mock under test: what answers, one process after the other, and how it ends. */
export interface MockUnderTest {
  /** More than one if several processes share a store: each command goes to the next. */
  readonly processes: readonly MockFetch[];
  close(): Promise<void>;
}

/** The options of every mock of the test. Its clock is moved by commands alone. */
export const differentialOptions: MockOptions = {
  clock: "manual",
  crawl: "2s",
  seed: 7,
  apiKeys: { one: "one", two: "two" },
};

/** A command: a request whose `{id}`, `{conversation}`, `{delivery}`, `{endpoint}` and `{fault}` stand for what was seen. */
interface Command {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly body: unknown;
  readonly which: number;
}

const origin = "http://mock.test";
const host = fc.constantFrom(
  "a.example",
  "b.example",
  "x.fail.test",
  "y.slow.test",
  "z.empty.test",
  "q.recrawl-fail.test",
);
const site = host.map((name) => ({ site_url: `https://${name}/` }));
const created = fc.record({ name: fc.string({ unit: "grapheme", minLength: 1, maxLength: 10 }) });
const nothing = fc.constant(undefined);

/** What becomes of attempts depends on when receivers answer: none is made. */
const endpoint = fc
  .constantFrom({ drop: true }, { drop: true, duplicate: true })
  .map((faults) => ({ url: "http://127.0.0.1:1/", faults }));

const commands: readonly [method: string, path: string, body: fc.Arbitrary<unknown>, weight: number][] = [
  ["POST", widgets, fc.tuple(created, site).map(([a, b]) => ({ ...a, ...b })), 8],
  ["GET", `${widgets}/{id}`, nothing, 3],
  ["GET", widgets, nothing, 1],
  ["PATCH", `${widgets}/{id}`, created, 3],
  ["POST", `${widgets}/{id}/pause`, nothing, 2],
  ["POST", `${widgets}/{id}/resume`, nothing, 2],
  ["POST", `${widgets}/{id}/recrawl`, nothing, 2],
  ["DELETE", `${widgets}/{id}`, nothing, 2],
  ["POST", "/api/v1/public/widgets/{id}/conversations", nothing, 3],
  ["POST", "/_mock/clock/advance", fc.record({ seconds: fc.constantFrom(1, 2, 5, 60, 400, 90_000) }), 6],
  ["PUT", "/_mock/crawls", fc.record({ mode: fc.constantFrom("2s", "5s-9s", "reads:2", "manual", "immediate") }), 2],
  ["POST", "/_mock/crawls/end", nothing, 1],
  ["POST", "/_mock/webhooks", endpoint, 1],
  ["DELETE", "/_mock/webhooks/{endpoint}", nothing, 1],
  [
    "POST",
    "/_mock/faults",
    fc.constantFrom({ status: 500, calls: 2 }, { rateLimit: { limit: 2, windowSeconds: 60 } }),
    1,
  ],
  ["DELETE", "/_mock/faults", nothing, 1],
  ["POST", "/_mock/sites/change", site, 1],
  ["POST", "/_mock/reset", fc.constantFrom({}, { scenario: "one-of-each" }, { seed: 9 }), 1],
];

const command: fc.Arbitrary<Command> = fc
  .oneof(
    ...commands.map(([method, path, body, weight]) => ({
      weight,
      arbitrary: fc.record({
        method: fc.constant(method),
        path: fc.constant(path),
        key: fc.oneof(
          { weight: 6, arbitrary: fc.constant("one") },
          { weight: 2, arbitrary: fc.constant("two") },
          { weight: 1, arbitrary: fc.constant(path.startsWith("/_mock/") ? undefined : "two") },
        ),
        body,
        which: fc.nat(7),
      }),
    })),
  )
  .map((drawn) => drawn as Command);

/**
 * Tries random commands on a mock in memory and on others, and compares all that they hold after each.
 * @param openers open the mocks, with `differentialOptions`; the first one keeps its state in memory
 */
export async function checkDifferences(
  openers: readonly (() => Promise<MockUnderTest>)[],
  { numRuns, maxLength = 40 }: { readonly numRuns: number; readonly maxLength?: number },
): Promise<void> {
  const seed = Number(process.env["PROPERTY_SEED"] ?? 20261129);
  console.log(`Property seed ${seed}; PROPERTY_SEED=<n> takes another.`);
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength, size: "max" }), async (sequence) => {
      const mocks = await Promise.all(openers.map((open) => open()));
      try {
        await playBeside(mocks, sequence);
      } finally {
        for (const mock of mocks) await mock.close();
      }
    }),
    { seed, numRuns, endOnFailure: true },
  );
}

async function playBeside(mocks: readonly MockUnderTest[], sequence: readonly Command[]): Promise<void> {
  let seen: readonly string[] = [];
  for (const [turn, given] of sequence.entries()) {
    const path = given.path.replace(/\{(\w+)\}/, (_, kind: string) => {
      const ids = seen.filter((id) => id.startsWith(prefixes[kind] ?? "?"));
      return ids[given.which % Math.max(1, ids.length)] ?? "none";
    });
    const answers = await Promise.all(
      mocks.map(async ({ processes }) => {
        const fetch = processes[turn % processes.length] as MockFetch;
        const answer = await fetch(origin + path, requestOf(given));
        return `${answer.status} ${withoutIds(await answer.text())}`;
      }),
    );
    const [expected] = answers;
    for (const answer of answers) expect(answer, `${given.method} ${path}`).toBe(expected);
    const states = await Promise.all(
      mocks.flatMap(({ processes }) => processes.map(async (fetch) => await stateOf(fetch))),
    );
    for (const state of states) expect(state, `after ${given.method} ${path}`).toEqual(states[0]);
    seen = [...new Set(JSON.stringify(states[0]).match(/\b(wgt|whe|flt)_[a-z0-9_]+/g))];
  }
}

const prefixes: { readonly [kind: string]: string } = { id: "wgt_", endpoint: "whe_", fault: "flt_" };

function requestOf({ method, key, body }: Command): RequestInit {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (key !== undefined) headers["authorization"] = `Bearer ${key}`;
  return { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
}

/** Ids of requests begin otherwise in each process. */
function withoutIds(text: string): string {
  return text.replaceAll(/req_[a-z0-9]+_\d+/g, "req").replaceAll(/"durationMs":[\d.]+/g, '"durationMs":0');
}

/** What a mock holds, without what may be lost with a process. */
async function stateOf(fetch: MockFetch): Promise<unknown> {
  const answer = await fetch(`${origin}/_mock/snapshot`);
  const { state } = JSON.parse(withoutIds(await answer.text())) as { state: Record<string, unknown>[] };
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
