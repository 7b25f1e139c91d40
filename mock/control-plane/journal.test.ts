import { expect, onTestFinished, test } from "vitest";
import { clientOf, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import type { Mock } from "../index.ts";
import { receiver } from "../world/webhooks/receiver.test-helper.ts";
import { controlOf } from "./control-client.test-helper.ts";

const key = "sk_test_one";

test("a request, the states it moved a widget through, its event and every attempt share one id", async () => {
  const { url } = await receiver((n) => ({ status: n === 0 ? 500 : 204 }));
  const mock = checkedMock({ webhooks: [{ url }] });
  const api = clientOf(mock);
  const created = await api.post(widgets, { name: "Northwind", site_url: "https://northwind.example" });
  const id = created.headers.get("request-id") as string;
  await controlOf(mock, key).post("/clock/advance", { seconds: 60 });
  const other = await api.post(`${widgets}/${created.body.id}/pause`);
  const { body } = await controlOf(mock, key).get(`/traces/${id}`);
  const widget = created.body.id;
  expect(body).toMatchObject({
    trace: id,
    request: { request_id: id, operation: "createWidget", status: 201 },
    happened: [
      { type: "widget.moved", from: "new", to: "draft-crawling", status: "draft", widget },
      {
        type: "crawl.succeeded",
        from: "draft-crawling",
        to: "active",
        status: "active",
        event: "widget.ready",
        widget,
      },
      { type: "webhook.failed", event: "widget.ready", attempt: 1, answer: "500", widget },
      { type: "webhook.delivered", event: "widget.ready", attempt: 2, answer: "204", widget },
    ],
  });
  expect(body.happened.every(({ trace }: { trace: string }) => trace === id)).toBe(true);
  const { deliveries } = (await controlOf(mock, key).get("/deliveries")).body;
  expect(deliveries).toMatchObject([{ trace: id, state: "delivered" }]);
  const paused = (await controlOf(mock, key).get(`/traces/${other.headers.get("request-id")}`)).body;
  expect(paused.happened).toMatchObject([{ type: "widget.moved", from: "active", to: "paused" }]);
  expect(JSON.stringify([body, deliveries])).not.toContain(key);
});

test("a deletion ends what was on its way, and its trace says so by having no more", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  const id = await api.create();
  const deleted = await api.delete(`${widgets}/${id}`);
  mock.clock.advance({ seconds: 60 });
  const { body } = await controlOf(mock, key).get(`/traces/${deleted.headers.get("request-id")}`);
  expect(body.happened).toMatchObject([{ type: "widget.moved", from: "draft-crawling", to: "gone", status: "gone" }]);
});

test("a request that refuses or reads has a trace of itself alone, and one nobody knows has none", async () => {
  const mock = checkedMock();
  const { headers } = await clientOf(mock).get(`${widgets}/wgt_nobody`);
  const { body } = await controlOf(mock, key).get(`/traces/${headers.get("request-id")}`);
  expect(body).toMatchObject({ request: { status: 404, code: "not_found" }, happened: [] });
  expect((await controlOf(mock, key).get("/traces/req_1")).body.code).toBe("not_found");
  const foreign = await controlOf(mock, "sk_test_two").get(`/traces/${headers.get("request-id")}`);
  expect(foreign.status).toBe(404);
});

test("who waits for three answers is answered at the third, and not before", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  await api.get(widgets);
  let answered = false;
  const waiting = controlOf(mock, key)
    .get("/requests?operation=listWidgets&wait_for=3&timeout_seconds=600")
    .then(({ body }) => {
      answered = true;
      return body.requests;
    });
  await api.get(widgets);
  await api.get(`${widgets}/wgt_1`);
  await clientOf(mock, "sk_test_two").get(widgets);
  expect(answered).toBe(false);
  await api.get(widgets);
  expect(await waiting).toHaveLength(3);
});

test("who waits in vain is given what there is", async () => {
  const mock = checkedMock();
  await clientOf(mock).get(widgets);
  expect((await controlOf(mock, key).get("/requests?wait_for=2&timeout_seconds=0")).body.requests).toHaveLength(1);
  expect((await mock.journal.list({ wait_for: 2, timeout_seconds: 0 })).requests).toHaveLength(1);
  expect((await mock.world(key).journal.list({ wait_for: 1 })).requests).toHaveLength(1);
});

test.each([
  "wait_for=0",
  "wait_for=x",
  "timeout_seconds=-1",
  "timeout_seconds=601",
])("?%s is refused", async (query) => {
  expect((await controlOf(checkedMock(), key).get(`/requests?${query}`)).body.errors).toMatchObject([
    { parameter: query.split("=")[0] },
  ]);
});

/** The events of a stream as they come. */
async function listenTo(mock: Mock, headers: Record<string, string> = {}) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const response = await mock.fetch(new Request("http://mock.test/_mock/events", { headers, signal: stop.signal }));
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = "";
  const next = async () => {
    while (!text.includes("\n\n")) text += decoder.decode((await reader.read()).value, { stream: true });
    const [event = "", ...others] = text.split("\n\n");
    text = others.join("\n\n");
    return event;
  };
  expect(await next()).toBe(":");
  const read = async () => {
    const [type = "", data = ""] = (await next()).split("\n");
    const value = JSON.parse(data.replace(/^data: /, ""));
    expect(type).toBe(`event: ${value.type}`);
    return value;
  };
  return { read };
}

test("the stream tells every answer and all that happens, as it happens, with its trace", async () => {
  const { url } = await receiver();
  const mock = checkedMock({ webhooks: [{ url }] });
  const { read } = await listenTo(mock);
  const created = await clientOf(mock).post(widgets, { name: "N", site_url: "https://n.example" });
  const trace = created.headers.get("request-id");
  expect(await read()).toMatchObject({ type: "widget.moved", trace, to: "draft-crawling" });
  expect(await read()).toMatchObject({ type: "request.answered", trace, operation: "createWidget", status: 201 });
  mock.clock.advance({ seconds: 2 });
  expect(await read()).toMatchObject({ type: "crawl.succeeded", trace, widget: created.body.id });
  expect(await read()).toMatchObject({ type: "webhook.delivered", trace, answer: "204" });
});

test("with a key the stream tells of that organization alone, and shows no key", async () => {
  const mock = checkedMock();
  const { read } = await listenTo(mock, { authorization: `Bearer ${key}` });
  await clientOf(mock, "sk_test_two").get(widgets);
  await clientOf(mock).get(`${widgets}/wgt_1`);
  const event = await read();
  expect(event).toMatchObject({ type: "request.answered", operation: "getWidget", status: 404 });
  expect(JSON.stringify(event)).not.toContain("sk_test");
});
