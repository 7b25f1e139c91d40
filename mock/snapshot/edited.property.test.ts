import fc from "fast-check";
import { expect, test } from "vitest";
import { clientOf, site, widgets } from "../api-client.test-helper.ts";
import { controlOf } from "../control-plane/control-client.test-helper.ts";
import { createMock, type Mock, type Snapshot } from "../index.ts";
import { withOwnChecksum, withoutEpochs } from "./edited-snapshot.test-helper.ts";

const key = "sk_test_one";

/** A mock that has something of every kind. */
async function richMock(): Promise<Mock> {
  const webhooks = [{ url: "http://127.0.0.1:9/hook" }];
  const mock = createMock({ clock: "manual", crawl: "30s", webhooks });
  const [api, world] = [clientOf(mock), mock.world(key)];
  mock.faults.add({ rateLimit: { limit: 1000, windowSeconds: 60 } });
  world.faults.add({ operation: "deleteWidget", latencyMs: { min: 0, max: 1 }, share: 0.5 });
  const id = await api.createActive();
  const path = `${widgets.replace("/widgets", "/public/widgets")}/${id}/conversations`;
  const { id: conversation, token } = (await api.call("POST", path, {})).body;
  await api.call("POST", `${path}/${conversation}/messages`, { text: "When?" }, { authorization: `Bearer ${token}` });
  await api.post(widgets, { name: "Kept", site_url: site, domains: ["a.example"] }, { "idempotency-key": "one" });
  await api.delete(`${widgets}/${await api.create()}`);
  world.sites.change({ site_url: site });
  await world.deliveries.settle();
  await clientOf(mock, "sk_test_other").create();
  return mock;
}

const values: readonly unknown[] = [
  ...[null, true, 0, -1, 1, 0.5, 2, 9, 1e15, 1e300, "", "x", "\ud800", "wgt_abc", "active", "sk_test_other", "5s"],
  ...[[], [null], {}, { part: "widget" }, "x".repeat(3000), "2026-01-01T23:59:60Z", "__proto__", [0, 0, 0, 0]],
];

type Container = Record<string, unknown>;

/** Every place in a state: the object or the array, and the member of it. */
function placesIn(value: unknown): [Container, string][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    [value as Container, name] as [Container, string],
    ...placesIn(member),
  ]);
}

const editOf = fc.record({
  place: fc.nat(),
  kind: fc.constantFrom("drop" as const, "replace", "retype", "duplicate", "truncate", "swap"),
  value: fc.constantFrom(...values),
  other: fc.nat(),
});
type Edit = typeof editOf extends fc.Arbitrary<infer Value> ? Value : never;

function applyEdit(state: unknown[], { place, kind, value, other }: Edit): void {
  const places = placesIn(state);
  const [holder, name] = places[place % places.length] ?? [{}, ""];
  const [otherHolder, otherName] = places[other % places.length] ?? [{}, ""];
  const member = holder[name];
  const edits: { readonly [kind in Edit["kind"]]: () => void } = {
    drop: () => (Array.isArray(holder) ? holder.splice(Number(name), 1) : delete holder[name]),
    replace() {
      holder[name] = value;
    },
    retype() {
      holder[name] = typeof member === "string" ? Number(member) || 7 : String(member);
    },
    duplicate() {
      if (Array.isArray(holder)) holder.push(structuredClone(member));
      else holder[`${name}2`] = member;
    },
    swap() {
      [holder[name], otherHolder[otherName]] = [structuredClone(otherHolder[otherName]), structuredClone(member)];
    },
    truncate() {
      if (typeof member === "string") holder[name] = member.slice(0, member.length / 2);
      else if (Array.isArray(member)) member.length = Math.floor(member.length / 2);
      else holder[name] = Object.fromEntries(Object.entries(member ?? {}).slice(0, -1));
    },
  };
  edits[kind]();
}

/** Uses everything that there is of an organization. */
async function useAll(mock: Mock): Promise<void> {
  const [api, control] = [clientOf(mock), controlOf(mock, key)];
  const statuses: number[] = [(await api.get(widgets)).status];
  for (const one of [mock, mock.world(key)]) one.faults.clear();
  const { data } = (await api.get(widgets)).body;
  for (const { id } of [...data, { id: "wgt_none" }]) {
    statuses.push((await api.get(`${widgets}/${id}`)).status, (await api.post(`${widgets}/${id}/recrawl`)).status);
    statuses.push((await control.get(`/widgets/${id}`)).status);
    const path = `/api/v1/public/widgets/${id}`;
    statuses.push((await api.call("GET", `${path}/config`)).status);
    const { status, body } = await api.call("POST", `${path}/conversations`, {});
    const authorization = `Bearer ${body.token}`;
    if (status === 201)
      await api.call("POST", `${path}/conversations/${body.id}/messages`, { text: "?" }, { authorization });
    statuses.push(status, (await api.call("PATCH", `${widgets}/${id}`, { name: "New" })).status);
  }
  const kept = { name: "Kept", site_url: site, domains: ["a.example"] };
  statuses.push((await api.post(widgets, kept, { "idempotency-key": "one" })).status);
  for (const path of [
    "/requests",
    "/requests.har",
    "/deliveries",
    "/usage",
    "/faults",
    "/webhooks",
    "/crawls",
    "/clock",
  ]) {
    statuses.push((await control.get(path)).status, (await controlOf(mock).get(path)).status);
  }
  for (const seconds of [60, 10_000]) statuses.push((await control.post("/clock/advance", { seconds })).status);
  for (const { id } of data.slice(0, 1)) statuses.push((await api.delete(`${widgets}/${id}`)).status);
  await clientOf(mock, "sk_test_new").create();
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
}

test("a snapshot that was edited is restored, or rejected by the place, and the mock works on", async () => {
  const original = await richMock();
  const saved = original.snapshot.export();
  original.close();
  const kinds = new Set(saved.state.map(({ part }) => part));
  expect(kinds.size).toBe(16);
  const outcomes = { restored: 0, rejected: 0 };
  const edits = fc.array(editOf, { minLength: 1, maxLength: 3 });
  const isEdited = async (given: readonly Edit[]) => {
    const errors: unknown[] = [];
    const mock = createMock({ clock: "manual", observer: { onError: (error) => errors.push(error) } });
    mock.snapshot.restore(saved);
    const before = withoutEpochs(mock.snapshot.export());
    const state = structuredClone(saved.state) as Snapshot["state"];
    for (const edit of given) applyEdit(state, edit);
    const { status, body } = await controlOf(mock).call("PUT", "/snapshot", withOwnChecksum({ ...saved, state }));
    if (status === 200) outcomes.restored++;
    else {
      outcomes.rejected++;
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      const place = body.errors?.[0]?.pointer ?? body.detail;
      expect(place).toMatch(/^#\/state\/\d+|^the snapshot holds (no state|several worlds)/);
      const after = withoutEpochs(mock.snapshot.export());
      expect(after.slice(1)).toEqual(before.slice(1));
    }
    await useAll(mock);
    const again = JSON.parse(JSON.stringify(mock.snapshot.export()));
    mock.snapshot.restore(again);
    expect(withoutEpochs(mock.snapshot.export())).toEqual(withoutEpochs(again));
    await new Promise(setImmediate);
    mock.close();
    expect(errors).toEqual([]);
  };
  const seed = Number(process.env["PROPERTY_SEED"] ?? 20261128);
  console.log(`Property seed ${seed}; PROPERTY_SEED=<n> takes another.`);
  const numRuns = 100 * Number(process.env["PROPERTY_SCALE"] ?? 1);
  await fc.assert(fc.asyncProperty(edits, isEdited), { seed, numRuns });
  expect(Math.min(outcomes.restored, outcomes.rejected)).toBeGreaterThan(5);
});
