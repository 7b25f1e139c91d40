import { expect, test } from "vitest";
import { createMock, type MockOptions, OptionError } from "./index.ts";

const crawlModes = 'a duration (2s) or a range (30s-60s) of up to a year, "reads:3", "manual" or "immediate"';
const clocks = '"real", "manual" or "manual@" and an RFC 3339 time (manual@2026-04-09T14:00:00Z)';
const create = {
  kind: "call",
  operation: "createWidget",
  widget: "w",
  body: { name: "N", site_url: "https://n.example" },
};
const mine = (...steps: unknown[]) => ({ scenarios: { mine: { description: "", steps } }, scenario: "mine" });

test.each<[unknown, field: string, message: string]>([
  [null, "options", "options must be an object, got null"],
  [{ sede: 1 }, "sede", 'unknown option "sede", did you mean "seed"?'],
  [{ port: 4010 }, "port", 'unknown option "port"; the options are crawl, clock, seed, apiKeys, openKeys, '],
  [{ crawl: 5 }, "crawl", `crawl must be ${crawlModes}, got 5`],
  [{ crawl: "60s-30s" }, "crawl", `crawl must be ${crawlModes}, got "60s-30s"`],
  [{ clock: "fast" }, "clock", `clock must be ${clocks}, got "fast"`],
  [{ seed: "x" }, "seed", 'seed must be a non-negative integer, got "x"'],
  [{ seed: -1 }, "seed", "seed must be a non-negative integer, got -1"],
  [{ journalEntries: 0 }, "journalEntries", "journalEntries must be a positive integer, got 0"],
  [{ controlToken: "a b" }, "controlToken", "controlToken must be printable ASCII characters without spaces"],
  [
    { apiKeys: { k: 5 } },
    "apiKeys",
    "apiKeys must be an object that maps API keys to names of organizations, got an obj",
  ],
  [{ webhooks: [null] }, "webhooks", "webhooks must be an array of objects with a url, got an array"],
  [
    { webhooks: [{ url: "http://127.0.0.1:1" }, { url: "file:///x" }] },
    "webhooks[1].url",
    'webhooks[1].url must be an http or https URL without user name and password, or "stream:deliveries", got "file:///x"',
  ],
  [
    { webhooks: [{ url: "http://127.0.0.1:1", secret: "hush" }] },
    "webhooks[0].secret",
    'webhooks[0].secret must be "whsec_" followed by 24 to 64 bytes in base64',
  ],
  [
    { webhooks: [{ url: "http://127.0.0.1:1", faults: { delaySecond: 1 } }] },
    "webhooks[0].faults",
    'webhooks[0].faults has an unknown property "delaySecond", did you mean "delaySeconds"?',
  ],
  [
    { webhooks: [{ url: "http://127.0.0.1:1", faults: { delaySeconds: "5" } }] },
    "webhooks[0].faults.delaySeconds",
    "webhooks[0].faults.delaySeconds must be a number",
  ],
  [{ faults: {} }, "faults", "faults must be an array of faults, got an object"],
  [{ faults: [{ status: 503 }, { calls: 1 }] }, "faults[1]", "faults[1] a fault needs a status, latencyMs, "],
  [
    { faults: [{ operation: "createWidgets", status: 503 }] },
    "faults[0].operation",
    'faults[0].operation unknown operation "createWidgets", did you mean "createWidget"?',
  ],
  [
    { faults: [{ operation: "pauseWidget", crawl: "failed" }] },
    "faults[0].crawl",
    "faults[0].crawl a failed crawl needs an operation that starts one, createWidget or recrawlWidget, got pauseWidget",
  ],
  [{ deliveryFaults: { duplicat: true } }, "deliveryFaults", 'deliveryFaults has an unknown property "duplicat", did'],
  [
    { deliveryFaults: { delaySeconds: "5" } },
    "deliveryFaults.delaySeconds",
    "deliveryFaults.delaySeconds must be a number",
  ],
  [
    { scenario: "emty" },
    "scenario",
    'scenario must be one of empty, awkward-texts, busy-organization, failing-crawl, mid-recrawl, moved-on, one-active, one-draft, one-of-each, paused-organization, two-pages, got "emty", did you mean "empty"?',
  ],
  [{ scenarios: { mine: {} } }, "scenarios.mine", 'scenarios.mine: the property "description" is missing'],
  [
    mine(
      { kind: "call", operation: "listWidgets" },
      { kind: "repeat", times: 2, steps: [{ operation: "listWidgets" }] },
    ),
    "scenarios.mine.steps[1].steps[0]",
    'scenarios.mine.steps[1].steps[0]: the property "kind" is missing, one of call, wait, end-crawl, change-site, repeat: { "kind": "call", "operation": "createWidget" }',
  ],
  [
    mine({ kind: "call", operation: "createWidget", as: "w" }),
    "scenarios.mine.steps[0]",
    'scenarios.mine.steps[0]: unknown property "as", must be one of kind, operation, widget, body, ifPossible',
  ],
  [mine({ kind: "walk", limit: 2 }), "scenarios.mine.steps[0]", 'scenarios.mine.steps[0]: unknown kind "walk", '],
  [
    mine({ kind: "call", operation: "createWidgets" }),
    "scenarios.mine.steps[0]",
    "scenarios.mine.steps[0] cannot be played: there is no operation createWidgets",
  ],
  [
    mine(create, { kind: "call", operation: "pauseWidget", widget: "w" }),
    "scenarios.mine.steps[1]",
    "scenarios.mine.steps[1] cannot be played: pauseWidget is rejected with invalid_state",
  ],
  [
    mine({ kind: "call", operation: "createWidget", body: { name: "N" } }),
    "scenarios.mine.steps[0]",
    "scenarios.mine.steps[0] cannot be played: createWidget is rejected with validation_error. Invalid body: #/site_url is required.",
  ],
  [
    mine({
      kind: "repeat",
      times: 2,
      steps: [{ kind: "repeat", times: 3, steps: [{ kind: "end-crawl", widget: "w", outcome: "failed" }] }],
    }),
    "scenarios.mine.steps[0].steps[0].steps[0]",
    "scenarios.mine.steps[0].steps[0].steps[0] cannot be played in run 1 of run 1: no earlier step creates a widget w",
  ],
])("createMock(%j) is rejected: the error has the field and says what would be right", (options, field, message) => {
  const error = errorOf(() => createMock(options as MockOptions));
  expect(error.field).toBe(field);
  expect(error.message.slice(0, message.length)).toBe(message);
});

test("a secret that is invalid does not stand in the error", () => {
  const error = errorOf(() => createMock({ webhooks: [{ url: "http://127.0.0.1:1", secret: "hush" }] }));
  expect(JSON.stringify({ ...error, message: error.message })).not.toContain("hush");
});

function errorOf(act: () => unknown): OptionError {
  try {
    act();
  } catch (error) {
    if (error instanceof OptionError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("the named scenarios are there without being given, and one of its own may replace them", async () => {
  expect(
    createMock()
      .scenarios.list()
      .scenarios.map(({ name }) => name),
  ).toEqual(expect.arrayContaining(["empty", "one-of-each", "two-pages"]));
  const mock = createMock({ scenario: "one-of-each" });
  const headers = { authorization: "Bearer sk_test_one" };
  const list = await (await mock.fetch(new Request("http://mock.test/api/v1/widgets", { headers }))).json();
  expect(list.data).toHaveLength(4);
  const own = createMock({ scenarios: { "one-of-each": { description: "Mine.", steps: [] } } });
  expect(own.scenarios.list().scenarios).toContainEqual({ name: "one-of-each", description: "Mine." });
});
