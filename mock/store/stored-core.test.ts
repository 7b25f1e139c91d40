import { expect, onTestFinished, test } from "vitest";
import { openMockWith } from "./open-mock.ts";
import { shared } from "./row.ts";
import type { Concern, Store } from "./store.ts";

/** A mock whose store keeps nothing, and notes what each request concerns. */
async function openNoting() {
  const concerns: Concern[] = [];
  const store: Store = {
    run(step, act) {
      concerns.push(step.concern);
      return act() as never;
    },
    committed: async () => true,
    requireWritable() {},
    description: "noted",
    close: async () => undefined,
  };
  const mock = await openMockWith(async () => store, { clock: "manual" });
  onTestFinished(() => mock.close());
  concerns.length = 0;
  return async (method: string, path: string, key?: string) => {
    const headers = key === undefined ? {} : { Authorization: `Bearer ${key}` };
    await mock.fetch(`http://widgets.test${path}`, { method, headers, ...(method === "GET" ? {} : { body: "{}" }) });
    return concerns.splice(0);
  };
}

const all = [{ kind: "all" }];
const wholeMock = [{ kind: "organization", organization: shared }];
const widget = [{ kind: "widget", widget: "wgt_1" }];

test.each([
  ["GET", "/_mock/health", wholeMock],
  ["GET", "/_mock/ready", []],
  ["GET", "/_mock/openapi.json", wholeMock],
  ["GET", "/_mock/scenarios", wholeMock],
  ["GET", "/_mock/worlds", wholeMock],
  ["POST", "/_mock/organizations", wholeMock],
  ["DELETE", "/_mock/organizations/acme", [{ kind: "organization", organization: "acme" }]],
  ["GET", "/_mock/organizations/acme", wholeMock],
  ["POST", "/_mock/organizations/acme/keys", wholeMock],
  ["DELETE", "/_mock/keys/key_1", wholeMock],
  ["GET", "/_mock/coverage", wholeMock],
  ["GET", "/_mock/faults", wholeMock],
  ["DELETE", "/_mock/faults/flt_1", wholeMock],
  ["GET", "/_mock/clock", wholeMock],
  ["POST", "/_mock/clock/advance", all],
  ["GET", "/_mock/crawls", wholeMock],
  ["PUT", "/_mock/crawls", all],
  ["GET", "/_mock/widgets", all],
  ["GET", "/_mock/widgets/wgt_1", widget],
  ["POST", "/_mock/widgets/wgt_1/crawl", widget],
  ["GET", "/_mock/requests", all],
  // Refused whatever the state is.
  ["GET", "/_mock/nothing", []],
  ["PATCH", "/_mock/worlds", []],
  ["GET", "/_mock/console/", []],
] as const)("%s %s of an admin concerns no more than it must", async (method, path, concerns) => {
  const send = await openNoting();
  expect(await send(method, path)).toEqual(concerns);
});

test("with a key the same concern the world of its organization, but for what is the mock's own", async () => {
  const send = await openNoting();
  const own = [{ kind: "organization", organization: "sk_test_a" }];
  for (const path of ["/_mock/clock", "/_mock/faults", "/_mock/widgets/wgt_1", "/_mock/requests"])
    expect(await send("GET", path, "sk_test_a")).toEqual(own);
  expect(await send("GET", "/_mock/health", "sk_test_a")).toEqual(wholeMock);
});
