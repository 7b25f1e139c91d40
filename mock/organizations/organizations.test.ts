import { expect, test } from "vitest";
import { clientOf } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { controlOf } from "../control-plane/control-client.test-helper.ts";

const widgets = "http://mock.test/api/v1/widgets";

function listWidgets({ fetch }: Pick<ReturnType<typeof checkedMock>, "fetch">, key: string): Promise<Response> {
  return fetch(widgets, { headers: { authorization: `Bearer ${key}` } });
}

test("a key that was made for an organization opens its world, and several keys the same one", async () => {
  const mock = checkedMock({ openKeys: false });
  const control = controlOf(mock);
  const { body: first } = await control.post("/organizations/acme/keys", { name: "staging" });
  const { body: second } = await control.post("/organizations/acme/keys");
  const { body: other } = await control.post("/organizations/bakery/keys");
  expect(first).toMatchObject({
    organization: "acme",
    name: "staging",
    key: expect.stringMatching(/^sk_test_\w{32}$/),
  });
  const created = await mock.fetch(widgets, {
    method: "POST",
    headers: { authorization: `Bearer ${first.key}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "Northwind", site_url: "https://northwindcatering.example" }),
  });
  expect(created.status).toBe(201);
  expect((await (await listWidgets(mock, second.key)).json()).data).toHaveLength(1);
  expect((await (await listWidgets(mock, other.key)).json()).data).toHaveLength(0);
  expect((await controlOf(mock, first.key).get("/worlds")).body.worlds).toMatchObject([{ organization: "acme" }]);
  expect((await control.get("/requests")).body.requests[0]).toMatchObject({ organization: "acme", key: first.id });
});

test("a key is shown once: neither lists nor snapshots hold it", async () => {
  const mock = checkedMock();
  const control = controlOf(mock);
  const { body } = await control.post("/organizations/acme/keys");
  await listWidgets(mock, body.key);
  for (const path of ["/organizations", "/organizations/acme", "/snapshot", "/worlds", "/requests"]) {
    expect(JSON.stringify((await control.get(path)).body), path).not.toContain(body.key);
  }
});

test("a key that was revoked is rejected from the next request on, where any key is accepted too", async () => {
  const mock = checkedMock();
  const control = controlOf(mock);
  const { body } = await control.post("/organizations/acme/keys");
  const { body: other } = await control.post("/organizations/acme/keys");
  expect((await listWidgets(mock, body.key)).status).toBe(200);
  const revoked = await control.call("DELETE", `/keys/${body.id}`);
  expect(revoked.body).toMatchObject({ id: body.id, revoked_at: expect.any(String) });
  const rejected = await listWidgets(mock, body.key);
  expect([rejected.status, (await rejected.json()).detail]).toEqual([401, expect.stringContaining("was revoked")]);
  expect((await listWidgets(mock, other.key)).status).toBe(200);
  expect((await control.call("DELETE", `/keys/${body.id}`)).body).toEqual(revoked.body);
  expect((await control.call("DELETE", "/keys/key_0")).status).toBe(404);
});

test("an organization that is removed takes its keys and its world with it", async () => {
  const mock = checkedMock({ openKeys: false });
  const control = controlOf(mock);
  const { body } = await control.post("/organizations/acme/keys");
  await listWidgets(mock, body.key);
  expect((await control.get("/worlds")).body.worlds).toHaveLength(1);
  expect((await control.call("DELETE", "/organizations/acme")).status).toBe(200);
  expect((await control.get("/worlds")).body.worlds).toHaveLength(0);
  expect((await listWidgets(mock, body.key)).status).toBe(401);
  expect(await control.get("/organizations/acme")).toMatchObject({ status: 404, body: { code: "not_found" } });
});

test("the health says what its caller may use", async () => {
  const mock = checkedMock({ openKeys: false, controlToken: "let-me-in" });
  const admin = { "control-token": "let-me-in" };
  const { body } = await controlOf(mock).call("POST", "/organizations/acme/keys", undefined, admin);
  const accessWith = async (headers: Record<string, string>) =>
    (await controlOf(mock).call("GET", "/health", undefined, headers)).body.access;
  expect(await accessWith(admin)).toBe("admin");
  expect(await accessWith({ authorization: `Bearer ${body.key}` })).toBe("organization");
  expect(await accessWith({})).toBe("anyone");
});

test("an organization says what it has used of each quota, before its first request too", async () => {
  const mock = checkedMock({ openKeys: false, quotas: { widgets: 5 } });
  const control = controlOf(mock);
  await control.post("/organizations", { organization: "acme", quotas: { conversations: 9 } });
  const { body } = await control.post("/organizations/acme/keys");
  const usage = async () =>
    (await control.get("/organizations/acme")).body.usage.filter(({ limit }: { limit?: number }) => limit);
  const widgetsUsed = (used: number) => [
    { quota: "widgets", used, limit: 5 },
    { quota: "conversations", used: 0, limit: 9 },
  ];
  expect(await usage()).toEqual(widgetsUsed(0));
  await clientOf(mock, body.key).create();
  expect(await usage()).toEqual(widgetsUsed(1));
});

test.each(["sk_test_acme", "-acme", "", "a b", "a".repeat(65)])("%j is no name of an organization", async (name) => {
  const mock = checkedMock();
  expect((await controlOf(mock).post("/organizations", { organization: name })).status).toBe(400);
  if (name === "") return;
  const { status, body } = await controlOf(mock).post(`/organizations/${encodeURIComponent(name)}/keys`);
  expect([status, body.errors]).toEqual([400, [expect.objectContaining({ pointer: "#/organization" })]]);
});

test("keys survive a reset, and go with a snapshot of the whole mock", async () => {
  const mock = checkedMock({ openKeys: false });
  const { key, id } = mock.keys.create({ organization: "acme" });
  mock.organizations.create({ organization: "bakery", quotas: { widgets: 3 } });
  mock.reset();
  expect((await listWidgets(mock, key)).status).toBe(200);
  const other = checkedMock({ openKeys: false });
  const { key: lost } = other.keys.create({ organization: "diner" });
  other.snapshot.restore(mock.snapshot.export());
  expect((await listWidgets(other, key)).status).toBe(200);
  expect((await listWidgets(other, lost)).status).toBe(401);
  // Their clocks run on.
  const listed = ({ organizations }: typeof mock) =>
    organizations.list().organizations.map(({ world: _, ...one }) => one);
  expect(listed(other)).toEqual(listed(mock));
  expect(other.organizations.get({ organization: "acme" }).keys).toMatchObject([{ id }]);
  // One in which no organization was made takes nobody's key away.
  other.snapshot.restore(checkedMock({ openKeys: false }).snapshot.export());
  expect((await listWidgets(other, key)).status).toBe(200);
});

test("there are no more organizations and keys than there may be, and revoked keys make room", () => {
  const mock = checkedMock({ maxOrganizations: 1, maxKeys: 2 });
  const { id } = mock.keys.create({ organization: "acme" });
  mock.keys.create({ organization: "acme" });
  expect(() => mock.keys.create({ organization: "acme" })).toThrow("--max-keys");
  expect(() => mock.keys.create({ organization: "bakery" })).toThrow("--max-organizations");
  mock.keys.revoke({ key_id: id });
  mock.keys.create({ organization: "acme" });
  expect(mock.organizations.get({ organization: "acme" }).keys).toHaveLength(2);
});

test("organizations are found by a part of their name, some at a time", () => {
  const mock = checkedMock();
  for (const organization of ["diner", "bakery", "bakery-2"]) mock.organizations.create({ organization });
  expect(mock.organizations.list({ text: "bakery", limit: 1 })).toMatchObject({
    total: 2,
    organizations: [{ organization: "bakery" }],
  });
  expect(mock.organizations.list({ offset: 2 }).organizations).toMatchObject([{ organization: "diner" }]);
  expect(() => mock.organizations.create({ organization: "diner" })).toThrow("There is an organization diner already");
});
