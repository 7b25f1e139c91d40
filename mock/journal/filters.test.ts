import { expect, test } from "vitest";
import { clientOf, site, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { controlOf } from "../control-plane/control-client.test-helper.ts";

const key = "sk_test_one";

/** A mock after six requests, and the statuses of those that a filter selects. */
async function filled() {
  const mock = checkedMock();
  const api = clientOf(mock);
  const id = await api.create({ name: "Bakery", theme: { mode: "dark" } });
  await api.create({ name: "Butcher", domains: [] });
  await api.get(`${widgets}/${id}`);
  await api.patch(`${widgets}/${id}`, { name: "Bakery" });
  await api.post(`${widgets}/${id}/pause`);
  await api.post(widgets, { name: 1, site_url: site });
  const select = async (query: string) => {
    const { status, body } = await controlOf(mock, key).get(`/requests?${query}`);
    return status === 200 ? body.requests.map((entry: { status: number }) => entry.status) : body.detail;
  };
  return { mock, id, select };
}

test.each([
  ["operation=createWidget", [201, 201, 400]],
  ["operation=updateWidget", [200]],
  ["status=201", [201, 201]],
  ["operation=createWidget&status=400", [400]],
  ["widget=<id>", [201, 200, 200, 409]],
  ["widget=<id>&operation=createWidget", [201]],
  ["widget=wgt_none", []],
  ["rule=A-VAL-1", [400]],
  ["rule=A-AUTH-1&status=200", [200, 200]],
  ["body=name", [201, 201, 200, 400]],
  ["body=name=Bakery", [201, 200]],
  ['body=name="Bakery"', [201, 200]],
  ["body=name=1", [400]],
  ["body=theme.mode=dark", [201]],
  ["body=theme.mode", [201]],
  ["body=theme.mode=light", []],
  ["body=domains=[]", [201]],
  ["body=name.length", []],
  ["body=toString", []],
  ["body=__proto__", []],
  ["body=name&limit=2", [200, 400]],
])("?%s selects", async (query, statuses) => {
  const { id, select } = await filled();
  expect(await select(query.replace("<id>", id))).toEqual(statuses);
});

test.each([
  ["operation=creatWidget", /unknown operation "creatWidget", did you mean "createWidget"\?/],
  ["rule=A-LIST-99", /unknown rule "A-LIST-99", must be one of A-LIST-1, A-LIST-2/],
  ["status=abc", /status must be/],
  ["body=", /body must/],
  ["limit=0", /limit must/],
])("?%s is rejected, and says why", async (query, detail) => {
  const { select } = await filled();
  expect(await select(query)).toMatch(detail);
});

test("without a limit, the latest 1000 are listed", async () => {
  const mock = checkedMock({ journalEntries: 1200 });
  for (let n = 0; n < 1100; n++) await mock.fetch(`http://mock.test${widgets}?n=${n}`);
  const { requests } = mock.journal.list();
  expect([requests.length, requests[0]?.query]).toEqual([1000, "?n=100"]);
  expect(mock.journal.list({ limit: 1100 }).requests).toHaveLength(1100);
});

test("a request is waited for by its body, and by the widget that it is about", async () => {
  const { mock, id } = await filled();
  const waiting = mock.world(key).journal.list({ wait_for: 2, body: "name=Late", timeout_seconds: 600 });
  const other = mock.journal.list({ wait_for: 5, widget: id, timeout_seconds: 600 });
  const api = clientOf(mock);
  await api.create({ name: "Late" });
  await api.create({ name: "Later" });
  await clientOf(mock, "sk_test_two").create({ name: "Late" });
  await api.create({ name: "Late" });
  expect((await waiting).requests).toHaveLength(2);
  await api.get(`${widgets}/${id}`);
  expect((await other).requests).toHaveLength(5);
});
