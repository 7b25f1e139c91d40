import { expect, test } from "vitest";
import { clientOf, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { controlOf } from "../control-plane/control-client.test-helper.ts";

const key = "sk_test_one";

async function exported(query = "") {
  const mock = checkedMock();
  const api = clientOf(mock);
  await api.call("POST", widgets, { name: "Bakery", site_url: "https://a.example" }, { cookie: "theme=dark; sid=1" });
  mock.clock.advance({ seconds: 3 });
  await api.get(`${widgets}?limit=2&cursor=a%20b`);
  await mock.fetch(`http://mock.test${widgets}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: new Uint8Array([0xff, 0xfe, 0x00]),
  });
  await mock.fetch(`http://mock.test${widgets}`, { method: "HEAD", headers: { authorization: `Bearer ${key}` } });
  await api.get(`${widgets}/sk_test_a|${"x".repeat(5000)}`);
  const { status, body } = await controlOf(mock, key).get(`/requests.har${query}`);
  expect(status).toBe(200);
  return body.log;
}

test("the archive has what HAR 1.2 asks for, with times, sizes, query and cookies", async () => {
  const { version, creator, entries } = await exported();
  expect([version, creator.name]).toEqual(["1.2", "widgets-mock"]);
  expect(entries.map(({ response }: { response: { status: number } }) => response.status)).toEqual([
    201, 400, 400, 200, 404,
  ]);
  for (const entry of entries) {
    expect(new Date(entry.startedDateTime).toISOString()).toBe(entry.startedDateTime);
    const { send, wait, receive } = entry.timings;
    expect(send + wait + receive).toBeCloseTo(entry.time);
    expect(() => new URL(entry.request.url)).not.toThrow();
    expect(entry.request.url).toMatch(/^[\w:/?=&%.()-]+$/);
    for (const name of ["cache", "request", "response"]) expect(entry[name]).toBeTypeOf("object");
    expect(entry.request.headersSize).toBe(-1);
  }
  const [created, listed] = entries;
  expect(created).toMatchObject({
    startedDateTime: "2026-01-01T00:00:00.000Z",
    request: {
      method: "POST",
      url: `http://mock.test${widgets}`,
      httpVersion: "HTTP/1.1",
      cookies: [
        { name: "theme", value: "[redacted]" },
        { name: "sid", value: "[redacted]" },
      ],
      postData: { mimeType: "application/json", text: '{"name":"Bakery","site_url":"https://a.example"}' },
      bodySize: 48,
    },
    response: { statusText: "Created", content: { mimeType: "application/json" } },
    _exchange: { operation: "createWidget", request_id: expect.any(String) },
  });
  const { content, redirectURL } = created.response;
  expect(content.size).toBe(content.text.length);
  expect(redirectURL).toBe(`${widgets}/${JSON.parse(content.text).id}`);
  expect(listed).toMatchObject({
    startedDateTime: "2026-01-01T00:00:03.000Z",
    request: {
      queryString: [
        { name: "limit", value: "2" },
        { name: "cursor", value: "a b" },
      ],
    },
    response: { statusText: "Bad Request" },
  });
});

test("binary is base64, HEAD has no content, and credentials are redacted", async () => {
  const entries = await exported();
  const [, , binary, head] = entries.entries;
  expect(binary.request.postData).toMatchObject({ text: "//4A", _encoding: "base64" });
  expect(head.response.content).toEqual({ size: 0, mimeType: "application/json" });
  expect(JSON.stringify(entries)).not.toContain("sk_test_");
});

test("the filters of the list select what is exported", async () => {
  expect((await exported("?status=400&limit=1")).entries).toHaveLength(1);
  expect((await exported("?operation=createWidget&body=name=Bakery")).entries).toHaveLength(1);
});
