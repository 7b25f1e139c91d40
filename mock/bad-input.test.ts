import { expect, test } from "vitest";
import { clientOf, site, widgets } from "./api-client.test-helper.ts";
import { checkedMock } from "./checked-mock.test-helper.ts";

const json = { "content-type": "application/json" };
const fits = { name: "Northwind Catering", site_url: site };

/** What is sent, and what it must get: the status, the code, and where the fault is. */
const refusals: readonly {
  readonly what: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly code: string;
  readonly pointer?: string;
}[] = [
  { what: "nothing", body: "", status: 400, code: "invalid_json" },
  { what: "no JSON", body: "{name:", status: 400, code: "invalid_json" },
  { what: "bytes that are no UTF-8", body: new Uint8Array([0x22, 0xff, 0x22]), status: 400, code: "invalid_json" },
  { what: "null", body: "null", status: 400, code: "validation_error", pointer: "#" },
  { what: "an array", body: "[]", status: 400, code: "validation_error", pointer: "#" },
  { what: "a string", body: '"x"', status: 400, code: "validation_error", pointer: "#" },
  {
    what: "nested arrays, deep",
    body: "[".repeat(200_000) + "]".repeat(200_000),
    status: 400,
    code: "validation_error",
    pointer: "#",
  },
  {
    what: "nested objects, deep",
    body: `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
    status: 400,
    code: "validation_error",
    pointer: "#",
  },
  {
    what: "more values than any request has",
    body: `{"name":"a","site_url":"${site}","domains":[${"1,".repeat(500_000)}1]}`,
    status: 400,
    code: "validation_error",
    pointer: "#",
  },
  {
    what: "brackets and commas in a text that is too long",
    body: JSON.stringify({ ...fits, name: '[{,"\\'.repeat(20_000) }),
    status: 400,
    code: "validation_error",
    pointer: "#/name",
  },
  {
    what: "half of a surrogate pair in the name of a member",
    body: '{"name":"a","site_url":"https://a.example","\\ud800/x":1}',
    status: 400,
    code: "validation_error",
    pointer: "#/%EF%BF%BD~1x",
  },
  {
    what: "a member whose name has a megabyte",
    body: JSON.stringify({ ...fits, ["x".repeat(1_000_000)]: 1 }),
    status: 400,
    code: "validation_error",
    pointer: `#/${"x".repeat(100)}${encodeURIComponent("…")}`,
  },
  {
    what: "no name",
    body: JSON.stringify({ site_url: site }),
    status: 400,
    code: "validation_error",
    pointer: "#/name",
  },
  {
    what: "an empty name",
    body: JSON.stringify({ ...fits, name: "" }),
    status: 400,
    code: "validation_error",
    pointer: "#/name",
  },
  {
    what: "a name of 101 characters",
    body: JSON.stringify({ ...fits, name: "x".repeat(101) }),
    status: 400,
    code: "validation_error",
    pointer: "#/name",
  },
  {
    what: "a relative site",
    body: JSON.stringify({ ...fits, site_url: "northwind.example" }),
    status: 400,
    code: "validation_error",
    pointer: "#/site_url",
  },
  {
    what: "a site without a host",
    body: JSON.stringify({ ...fits, site_url: "https://" }),
    status: 400,
    code: "validation_error",
    pointer: "#/site_url",
  },
  {
    what: "a site of another scheme",
    body: JSON.stringify({ ...fits, site_url: "ftp://a.example" }),
    status: 400,
    code: "validation_error",
    pointer: "#/site_url",
  },
  {
    what: "a site whose port is none",
    body: JSON.stringify({ ...fits, site_url: "https://a.example:99999" }),
    status: 400,
    code: "validation_error",
    pointer: "#/site_url",
  },
  {
    what: "a site whose host is longer than any",
    body: JSON.stringify({ ...fits, site_url: `https://${"a".repeat(300)}.example` }),
    status: 400,
    code: "validation_error",
    pointer: "#/site_url",
  },
  {
    what: "members that a pointer has to spell",
    body: JSON.stringify({ ...fits, "☃ %": 1 }),
    status: 400,
    code: "validation_error",
    pointer: "#/%E2%98%83%20%25",
  },
  {
    what: "an unknown member",
    body: JSON.stringify({ ...fits, colour: 1 }),
    status: 400,
    code: "validation_error",
    pointer: "#/colour",
  },
  {
    what: "an unknown member of the theme",
    body: JSON.stringify({ ...fits, theme: { "a/b~c": 1 } }),
    status: 400,
    code: "validation_error",
    pointer: "#/theme/a~1b~0c",
  },
  {
    what: "__proto__",
    body: '{"name":"x","site_url":"https://a.example","__proto__":{"status":"active"}}',
    status: 400,
    code: "validation_error",
    pointer: "#/__proto__",
  },
  {
    what: "a voice of another type",
    body: JSON.stringify({ ...fits, voice: 5 }),
    status: 400,
    code: "validation_error",
    pointer: "#/voice",
  },
  {
    what: "an unknown display mode",
    body: JSON.stringify({ ...fits, display_mode: "popup" }),
    status: 400,
    code: "validation_error",
    pointer: "#/display_mode",
  },
  {
    what: "a colour of another form",
    body: JSON.stringify({ ...fits, theme: { primary: "red" } }),
    status: 400,
    code: "validation_error",
    pointer: "#/theme/primary",
  },
  {
    what: "a domain with a scheme",
    body: JSON.stringify({ ...fits, domains: ["ok.example", "https://x.example"] }),
    status: 400,
    code: "validation_error",
    pointer: "#/domains/1",
  },
  {
    what: "a form",
    body: "name=x",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    status: 415,
    code: "unsupported_media_type",
  },
  {
    what: "another charset",
    body: JSON.stringify(fits),
    headers: { "content-type": "application/json; charset=utf-16" },
    status: 415,
    code: "unsupported_media_type",
  },
  {
    what: "a compressed body",
    body: JSON.stringify(fits),
    headers: { ...json, "content-encoding": "gzip" },
    status: 415,
    code: "unsupported_media_type",
  },
  { what: "over 1 MiB", body: `{"name":"${"x".repeat(1024 * 1024)}"}`, status: 413, code: "payload_too_large" },
  {
    what: "for a client that takes no JSON",
    body: JSON.stringify(fits),
    headers: { ...json, accept: "text/html, application/json;q=0" },
    status: 406,
    code: "not_acceptable",
  },
  {
    what: "with two content types",
    body: JSON.stringify(fits),
    headers: { "content-type": "application/json, application/json" },
    status: 400,
    code: "validation_error",
  },
];

test.each(refusals)("a create of $what is $status $code and creates nothing", async ({
  body,
  headers = json,
  status,
  code,
  pointer,
}) => {
  const mock = checkedMock();
  const response = await mock.fetch(
    new Request(`http://mock.test${widgets}`, {
      method: "POST",
      headers: { authorization: "Bearer sk_test_one", ...headers },
      body,
    }),
  );
  const problem = await response.json();
  expect({ status: response.status, code: problem.code }).toEqual({ status, code });
  expect(problem.request_id).toBe(response.headers.get("request-id"));
  if (pointer !== undefined)
    expect(problem.errors.map((fault: { pointer: string }) => fault.pointer)).toEqual([pointer]);
  expect((await clientOf(mock).get(widgets)).body.data).toEqual([]);
});

test("every issue of a body is reported, each once", async () => {
  const api = clientOf(checkedMock());
  const { body } = await api.post(widgets, {
    nam: "x",
    voice: 1,
    theme: { radius: 99, mode: "dim" },
    show_label: "yes",
  });
  const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer).sort();
  expect(pointers).toEqual([
    "#/nam",
    "#/name",
    "#/show_label",
    "#/site_url",
    "#/theme/mode",
    "#/theme/radius",
    "#/voice",
  ]);
  expect(body.errors.find(({ pointer }: { pointer: string }) => pointer === "#/nam").detail).toContain('"name"');
});

test("a hundred thousand unknown members are rejected in a short response", async () => {
  const api = clientOf(checkedMock());
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`m${n}`, n]));
  const { status, body } = await api.post(widgets, many);
  expect(status).toBe(400);
  expect(body.errors.length).toBeLessThanOrEqual(20);
});

test("values at the limits are accepted and returned as they were sent", async () => {
  const api = clientOf(checkedMock());
  const sent = {
    name: "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 שלום 👩‍👩‍👧".padEnd(60, "☃"),
    persona: ` \n${"ab\u0000\u2028\ud800".repeat(3999)} `,
    intro_title: "<script>alert('\"')</script>",
    suggested_prompts: Array.from({ length: 10 }, () => "?".repeat(200)),
    domains: Array.from({ length: 50 }, (_, n) => `*.d${n}.example`),
    theme: { radius: 0.5 },
  };
  const id = await api.create({ ...sent, name: "x".repeat(100) });
  expect((await api.patch(`${widgets}/${id}`, sent)).body).toMatchObject(sent);
});

test.each([
  ["no key", {}, 401, "unauthorized"],
  ["a live key", { authorization: "Bearer sk_live_abc" }, 401, "live_key_refused"],
  ["another scheme", { authorization: "Basic c2tfdGVzdDo=" }, 401, "unauthorized"],
  ["a key that is no test key", { authorization: "Bearer abc" }, 401, "unauthorized"],
  ["a bare prefix", { authorization: "Bearer sk_test_" }, 401, "unauthorized"],
  ["two keys", { authorization: "Bearer sk_test_a, Bearer sk_test_b" }, 400, "validation_error"],
])("a request with %s is rejected", async (_, headers, status, code) => {
  const mock = checkedMock();
  const response = await mock.fetch(new Request(`http://mock.test${widgets}`, { headers }));
  expect(response.status).toBe(status);
  expect((await response.json()).code).toBe(code);
  if (status === 401) expect(response.headers.get("www-authenticate")).toBe("Bearer");
});

test("of several problems the first in the order of precedence is reported", async () => {
  const mock = checkedMock();
  const large = "x".repeat(1024 * 1024 + 1);
  const send = async (method: string, path: string, headers: Record<string, string>, body?: string) => {
    const response = await mock.fetch(
      new Request(`http://mock.test${path}`, { method, headers, ...(body === undefined ? {} : { body }) }),
    );
    return response.status;
  };
  const key = { authorization: "Bearer sk_test_one" };
  const form = { "content-type": "text/plain" };
  const html = { accept: "text/html" };
  expect(await send("POST", "/nowhere", { ...form, ...html }, large)).toBe(404);
  expect(await send("PUT", widgets, { ...form, ...html }, large)).toBe(405);
  expect(await send("POST", widgets, { ...form, ...html }, large)).toBe(401);
  expect(await send("POST", widgets, { ...key, ...form, ...html }, large)).toBe(413);
  expect(await send("POST", widgets, { ...key, ...form, ...html }, "{")).toBe(415);
  expect(await send("POST", widgets, { ...key, ...json, ...html }, "{")).toBe(406);
  expect(await send("PATCH", `${widgets}/wgt_nobody`, { ...key, ...json }, "{")).toBe(400);
  expect(await send("PATCH", `${widgets}/wgt_nobody`, { ...key, ...json }, "{}")).toBe(404);
});

test.each([
  "/api",
  "/api/v1",
  `${widgets}/`,
  `${widgets}//`,
  `${widgets}/a/b`,
  `${widgets}/a/pause/`,
  "/API/v1/widgets",
])("%s is an unknown route", async (path) => {
  const { status, body } = await clientOf(checkedMock()).get(path);
  expect({ status, code: body.code }).toEqual({ status: 404, code: "not_found" });
});

test.each(["wgt_x", "%00", "%zz", "..%2f..", "☃", "constructor", "__proto__"])("the id %s is not found", async (id) => {
  expect((await clientOf(checkedMock()).get(`${widgets}/${id}`)).body.code).toBe("not_found");
});

test("a method that a path does not take is rejected with those that it takes", async () => {
  const { status, headers, body } = await clientOf(checkedMock()).call("PUT", `${widgets}/wgt_x`, {});
  expect({ status, code: body.code }).toEqual({ status: 405, code: "method_not_allowed" });
  expect(headers.get("allow")).toBe("GET, HEAD, PATCH, DELETE");
});

test.each([
  ["application/json; charset=utf8", 201],
  ['application/json; charset="UTF-8"', 201],
  ["application/json;charset=us-ascii", 201],
  ['application/json; profile="a,b;charset=latin1"', 201],
  ["APPLICATION/JSON ; a=b; charset=unicode-1-1-utf-8", 201],
  ["application/json; charset=latin1", 415],
  ["application/json; charset=nothing", 415],
  ["text/plain; charset=utf-8", 415],
  ["application/json, application/json", 400],
  ['application/json; profile="a,b", application/json', 400],
])("a body sent as %s is answered with %i", async (type, status) => {
  const body = { name: "x", site_url: "https://a.example" };
  const answer = await clientOf(checkedMock()).post("/api/v1/widgets", body, { "content-type": type });
  expect([answer.status, answer.body.detail]).toEqual([status, status === 201 ? undefined : expect.any(String)]);
});

test("a key that is only the prefix is told what is missing", async () => {
  const { status, body } = await clientOf(checkedMock(), "sk_test_").get("/api/v1/widgets");
  expect([status, body.detail]).toEqual([401, expect.stringContaining("needs a name behind it")]);
});

test.each([
  ["curser=abc", "curser (did you mean cursor?)"],
  ["page=2", "page"],
  ["LIMIT=1", "LIMIT (did you mean limit?)"],
  ["limit[]=1", "limit%5B%5D (did you mean limit?)"],
  ["limit=1&cursor=", undefined],
])("a list with the query %s notes what it ignored: %s", async (query, ignored) => {
  const mock = checkedMock();
  const { headers } = await clientOf(mock).get(`/api/v1/widgets?${query}`);
  const noted = /ignored="(.*)"/.exec(headers.get("widgets-mock") ?? "")?.[1];
  expect(noted).toBe(ignored);
  const [entry] = mock.journal.list().requests;
  expect(entry?.ignored).toEqual(ignored === undefined ? undefined : [ignored]);
});
