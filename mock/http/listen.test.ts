import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test, vi } from "vitest";
import { type ApiClient, clientOf, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { createMock, type JournalEntry } from "../index.ts";
import { type Listening, listen } from "./listen.ts";
import { exchange, head, open, type RawAnswer } from "./raw-http.test-helper.ts";

const host = "Host: mock.localhost";
const key = "Authorization: Bearer sk_test_one";
const json = "Content-Type: application/json";
const close = "Connection: close";
const fits = '{"name":"Northwind Catering","site_url":"https://northwindcatering.example"}';
const lengthOfFits = `Content-Length: ${fits.length}`;
const overLimit = 1024 * 1024 + 1;

/** A mock on a port, and what it answered to the API there. */
interface Served extends Listening {
  readonly api: ApiClient;
  readonly faults: readonly unknown[];
  /** The next answer to the API that is not one of `api`'s own. */
  nextAnswer(): Promise<JournalEntry>;
}

async function serve(): Promise<Served> {
  const faults: unknown[] = [];
  const answered = vi.fn<(entry: JournalEntry) => void>();
  const mock = checkedMock({ observer: { onResponse: answered, onError: (error) => faults.push(error) } });
  const listening = await listen(mock);
  onTestFinished(() => listening.close());
  return {
    ...listening,
    api: clientOf(mock),
    faults,
    nextAnswer: () => new Promise((resolve) => answered.mockImplementationOnce(resolve)),
  };
}

/** The one answer to what is sent on a connection that is to be closed after it. */
async function answerTo(url: string, ...parts: readonly string[]): Promise<RawAnswer> {
  const answers = await exchange(url, ...parts);
  expect(answers).toHaveLength(1);
  return answers[0] as RawAnswer;
}

/** Holds that a mock serves after something what it served before. */
async function expectUnharmed({ url, api, faults }: Served, something: () => Promise<void>): Promise<void> {
  await api.create();
  const before = (await api.get(widgets)).body;
  await something();
  const { status, text } = await answerTo(url, head(`GET ${widgets}`, host, key, close));
  expect(status).toBe(200);
  expect(JSON.parse(text)).toEqual(before);
  expect(faults).toEqual([]);
}

function problemIn({ headers, text }: RawAnswer) {
  expect(headers.get("content-type")).toBe("application/problem+json");
  return JSON.parse(text);
}

function chunked(bytes: number): string {
  const chunkBytes = 0x8000;
  const chunk = `8000\r\n${"x".repeat(chunkBytes)}\r\n`;
  return `${chunk.repeat(Math.ceil(bytes / chunkBytes))}0\r\n\r\n`;
}

test("it listens on a free port, and its URL says which", async () => {
  const [one, other] = [await serve(), await serve()];
  expect(one.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(other.url).not.toBe(one.url);
  expect((await fetch(`${one.url}/_mock/health`)).status).toBe(200);
});

test("a port that is in use is an error of the system", async () => {
  const { url } = await serve();
  const again = listen(createMock(), { port: Number(new URL(url).port) });
  await expect(again).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("closing it closes open connections and frees the port", async () => {
  const served = await serve();
  const socket = open(served.url);
  const ended = new Promise((resolve) => socket.once("close", resolve));
  await new Promise((resolve) => socket.once("data", resolve).write(head("GET /_mock/health", host)));
  await served.close();
  await ended;
  await expect(fetch(`${served.url}/_mock/health`)).rejects.toThrow();
});

test("one connection serves request after request", async () => {
  const { url } = await serve();
  const list = head(`GET ${widgets}`, host, key);
  const create = `${head(`POST ${widgets}`, host, key, json, lengthOfFits)}${fits}`;
  const answers = await exchange(url, list, create, create, head(`GET ${widgets}`, host, key, close));
  expect(answers.map(({ status }) => status)).toEqual([200, 201, 201, 200]);
});

test.each([
  ["Authorization", [key, "authorization: Bearer sk_test_other"]],
  ["Content-Type", [key, json, json]],
  ["Idempotency-Key", [key, json, "Idempotency-Key: a", "Idempotency-Key: b"]],
])("a request with two %s headers is rejected", async (name, fields) => {
  const served = await serve();
  await expectUnharmed(served, async () => {
    const answer = await answerTo(served.url, head(`POST ${widgets}`, host, close, lengthOfFits, ...fields), fits);
    expect(answer.status).toBe(400);
    expect(problemIn(answer)).toMatchObject({
      code: "validation_error",
      detail: `The header ${name} was sent more than once, or contains a comma.`,
    });
  });
});

test.each([
  ["that is chunked", ["Transfer-Encoding: chunked"], chunked(overLimit)],
  ["that is chunked and never ends", ["Transfer-Encoding: chunked"], chunked(overLimit).slice(0, -5)],
  ["with its length", [`Content-Length: ${overLimit}`], "x".repeat(overLimit)],
  ["that was announced and never sent", [`Content-Length: ${overLimit}`], ""],
])("a body over 1 MiB %s is rejected", async (_, fields, body) => {
  const served = await serve();
  await expectUnharmed(served, async () => {
    const answer = await answerTo(served.url, head(`POST ${widgets}`, host, key, json, close, ...fields), body);
    expect(answer.status).toBe(413);
    expect(problemIn(answer)).toMatchObject({ code: "payload_too_large" });
  });
});

const tooLarge = 16 * 1024 * 1024;

test.each([
  ["chunked", ["Transfer-Encoding: chunked"], chunked(tooLarge)],
  ["with its length", [`Content-Length: ${tooLarge}`], "x".repeat(tooLarge)],
])("after a body far over 1 MiB, %s, a connection that is declared as kept is kept", async (_, fields, body) => {
  const { url } = await serve();
  const post = head(`POST ${widgets}`, host, key, json, ...fields);
  const [refused, next] = await exchange(url, post, body, head("GET /_mock/health", host, close));
  expect(refused?.status).toBe(413);
  expect(next?.status).toBe(refused?.headers.get("connection") === "close" ? undefined : 200);
});

test.each([
  overLimit,
  8_000_000,
])("every client that sends a body of %i bytes reads why it is refused", async (bytes) => {
  const { url } = await serve();
  const send = async (path: string, headers: Record<string, string>) => {
    const sent = request(url + path, {
      method: "POST",
      headers: { ...headers, "content-length": bytes },
      agent: false,
    });
    // The last one may still be sending when the test ends.
    sent.on("error", () => undefined).end(Buffer.alloc(bytes, "x"));
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    return [answer.statusCode, JSON.parse(await text(answer)).code];
  };
  const auth = { authorization: "Bearer sk_test_one", "content-type": "application/json" };
  for (let n = 0; n < 3; n++) {
    expect(await send(widgets, auth)).toEqual([413, "payload_too_large"]);
    expect(await send(widgets, {})).toEqual([401, "unauthorized"]);
    expect(await send("/_mock/reset", {})).toEqual([413, "payload_too_large"]);
    expect(await send("/_mock/snapshot", { origin: "https://evil.example" })).toEqual([403, "foreign_origin"]);
  }
});

test("HTTP/1.0 needs no Host: the mock then has the address that the request was sent to", async () => {
  const { url } = await serve();
  const asHttp10 = (...fields: string[]) => head("GET /openapi.json", ...fields).replace("HTTP/1.1", "HTTP/1.0");
  const { status, text: document } = await answerTo(url, asHttp10());
  expect([status, JSON.parse(document).servers]).toEqual([200, [expect.objectContaining({ url })]]);
  expect((await answerTo(url, asHttp10("Host:"))).status).toBe(400);
});

test.each(["127.0.0.1", "localhost"])("the document names the mock as it was asked for: %s", async (name) => {
  const { url } = await serve();
  const asked = url.replace("127.0.0.1", name);
  for (const path of ["/openapi.json", "/_mock/openapi.json"]) {
    const { servers } = (await (await fetch(asked + path)).json()) as { servers: { url: string }[] };
    expect(servers.map((server) => server.url)).toEqual([asked]);
  }
});

test("the icon that browsers ask for is no call of the API", async () => {
  const answered = vi.fn();
  const { url, close: end } = await listen(createMock({ observer: { onResponse: answered } }));
  onTestFinished(end);
  expect((await fetch(`${url}/favicon.ico`)).status).toBe(204);
  expect(answered).not.toHaveBeenCalled();
});

test("a body of exactly 1 MiB is read", async () => {
  const { url } = await serve();
  const start = '{"name":"Northwind Catering","site_url":"https://northwindcatering.example"';
  const body = `${start.padEnd(1024 * 1024 - 1)}}`;
  const post = (...fields: string[]) => head(`POST ${widgets}`, host, key, json, close, ...fields);
  expect((await answerTo(url, post(`Content-Length: ${body.length}`), body)).status).toBe(201);
  const chunks = `100000\r\n${body}\r\n0\r\n\r\n`;
  expect((await answerTo(url, post("Transfer-Encoding: chunked"), chunks)).status).toBe(201);
});

test.each([
  ["an absolute target", `http://elsewhere.example${widgets}`, 200],
  ["an absolute target without a path", "http://elsewhere.example", 200],
  ["a target with invalid percent-encoding", `${widgets}/%zz`, 404],
  ["a target with percent-encoding that is no UTF-8", `${widgets}/%E0%A4`, 404],
  ["a query with invalid percent-encoding", `${widgets}?cursor=%zz`, 400],
  ["a fragment", `${widgets}#top`, 200],
  ["dot segments", `${widgets}/../../v1/widgets`, 200],
  ["a long target", `${widgets}/${"x".repeat(8000)}`, 404],
])("a request with %s is answered like any other", async (_, target, status) => {
  const served = await serve();
  await expectUnharmed(served, async () => {
    const answer = await answerTo(served.url, head(`GET ${target}`, host, key, close));
    expect(answer.status).toBe(status);
    expect(answer.headers.get("request-id")).toBeDefined();
  });
});

test.each([
  ["a Host that is none", `GET ${widgets}`, "Host: not a host"],
  ["a Host with a path", `GET ${widgets}`, "Host: mock.localhost/elsewhere"],
  ["a Host with a user", `GET ${widgets}`, "Host: user@mock.localhost"],
  ["a Host with half an address", `GET ${widgets}`, "Host: [::1"],
  ["an empty Host", `GET ${widgets}`, "Host:"],
  ["an absolute target that is no URL", `GET http://[${widgets}`, host],
  ["a target of another scheme", `GET ftp://mock.localhost${widgets}`, host],
  ["a backslash in its path", "GET /api\\v1\\widgets", host],
  ["an asterisk for a target", "OPTIONS *", host],
])("a request with %s is rejected with a complete problem document", async (_, requestLine, hostField) => {
  const served = await serve();
  await expectUnharmed(served, async () => {
    const answer = await answerTo(served.url, head(requestLine, hostField, key, close));
    expect(answer.status).toBe(400);
    const requestId = answer.headers.get("request-id") ?? "none";
    expect(problemIn(answer)).toEqual({
      type: "about:blank",
      title: "Bad Request",
      status: 400,
      detail: expect.stringMatching(/\.$/),
      code: "validation_error",
      request_id: requestId,
    });
  });
});

test.each([
  ["garbage", "\u0016\u0003\u0001 hello\r\n\r\n", 400],
  ["a request without a Host", head(`GET ${widgets}`, key, close), 400],
  ["a method that is none", head("get /", host, close), 400],
  ["two lengths", head(`POST ${widgets}`, host, key, json, "Content-Length: 1", "Content-Length: 2"), 400],
  [
    "a length and chunks",
    `${head(`POST ${widgets}`, host, key, json, "Content-Length: 5", "Transfer-Encoding: chunked")}0\r\n\r\n`,
    400,
  ],
  ["a header without end", head("GET /", host, `X: ${"x".repeat(32_768)}`), 431],
  ["TLS", "\u0016\u0003\u0001\u0000", 400],
  ["a request for a tunnel", head("CONNECT example.com:443", host), 400],
  ["a long URL", head(`GET ${widgets}?cursor=${"x".repeat(20_000)}`, host, key), 431],
])("%s is rejected with a complete problem document, and the connection closed", async (_, sent, status) => {
  const served = await serve();
  await expectUnharmed(served, async () => {
    const logged = served.nextAnswer();
    const answer = await answerTo(served.url, sent);
    expect(answer.status).toBe(status);
    expect(problemIn(answer)).toMatchObject({ status, code: "validation_error", detail: expect.stringMatching(/\.$/) });
    expect(problemIn(answer).request_id).toBe(answer.headers.get("request-id"));
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect((await logged).status).toBe(status);
  });
});

test("a method in lower case is told what would be right", async () => {
  const served = await serve();
  const logged = served.nextAnswer();
  const answer = await answerTo(served.url, head(`patch ${widgets}/wgt_x?a=b`, host, key));
  expect(problemIn(answer).detail).toMatch(/Send PATCH\.$/);
  expect(await logged).toMatchObject({ method: "patch", path: `${widgets}/wgt_x`, status: 400 });
});

test("garbage between chunks creates nothing", async () => {
  const served = await serve();
  await expectUnharmed(served, async () => {
    const answered = served.nextAnswer();
    const post = head(`POST ${widgets}`, host, key, json, "Transfer-Encoding: chunked");
    await exchange(served.url, post, `${fits.length.toString(16)}\r\n${fits}garbage`);
    expect(await answered).toMatchObject({ status: 400, code: "invalid_json" });
  });
});

test.each([
  ["PUT /_mock/snapshot", 400],
  ["POST /_mock/requests/verify", 400],
  // It reads no body.
  ["POST /_mock/settle", 200],
])("garbage between the chunks of %s is answered before the connection is closed", async (requestLine, status) => {
  const { url } = await serve();
  const answer = await answerTo(url, head(requestLine, host, json, "Transfer-Encoding: chunked"), "2\r\n{ garbage");
  expect(answer.status).toBe(status);
});

test("garbage behind a request that takes its time keeps nobody from the answer", async () => {
  const { url } = await serve();
  const wait = head("GET /_mock/requests?wait_for=1&timeout_seconds=1", host);
  expect((await answerTo(url, wait, "garbage\r\n\r\n")).status).toBe(200);
});

test.each([
  ["that has its length", lengthOfFits, fits.slice(0, -1)],
  ["in chunks, even if what came is whole", "Transfer-Encoding: chunked", `${fits.length.toString(16)}\r\n${fits}\r\n`],
])("a client that disconnects in the middle of a body %s creates nothing", async (_, field, part) => {
  const served = await serve();
  await expectUnharmed(served, async () => {
    const answered = served.nextAnswer();
    const socket = open(served.url);
    socket.write(head(`POST ${widgets}`, host, key, json, field) + part, () => socket.destroy());
    expect(await answered).toMatchObject({ method: "POST", status: 400, code: "invalid_json" });
  });
});

test.each([
  ["a request for a tunnel", head("CONNECT example.com:443", host)],
  ["what is not HTTP", "\0\0\0\r\n\r\n"],
  ["a request", head(`GET ${widgets}`, host, key)],
])("a client that resets its connection after %s affects nobody else", async (_, sent) => {
  const served = await serve();
  await expectUnharmed(served, async () => {
    const answered = served.nextAnswer();
    const socket = open(served.url).pause();
    socket.write(sent);
    await answered;
    socket.resetAndDestroy();
    await once(socket, "close");
  });
});

test("a client that does not read its answers is cut off, and one that reads them is not", async () => {
  const mock = createMock({ maxUnreadMegabytes: 10 });
  const listening = await listen(mock);
  onTestFinished(() => listening.close());
  const api = clientOf(mock);
  const persona = "p".repeat(20_000);
  for (let count = 0; count < 100; count++) await api.create({ persona });
  const list = head(`GET ${widgets}?limit=100`, host, key);
  const deaf = open(listening.url).pause();
  // More than the system keeps for both sides.
  deaf.write(list.repeat(20));
  await vi.waitFor(
    () => {
      deaf.write(list);
      expect(deaf.destroyed).toBe(true);
    },
    { timeout: 60_000 },
  );
  for (let count = 0; count < 3; count++) {
    const { status, text } = await answerTo(listening.url, head(`GET ${widgets}?limit=100`, host, key, close));
    expect([status, JSON.parse(text).data.length]).toEqual([200, 100]);
  }
});

test("a client that disconnects before the response affects nobody else", async () => {
  const served = await serve();
  await expectUnharmed(served, async () => {
    const answered = served.nextAnswer();
    const socket = open(served.url);
    socket.write(head(`GET ${widgets}`, host, key), () => socket.destroy());
    expect(await answered).toMatchObject({ method: "GET", status: 200 });
  });
});

test("a client that sends Expect: 100-continue is told to continue", async () => {
  const { url } = await serve();
  const post = head(`POST ${widgets}`, host, key, json, close, lengthOfFits, "Expect: 100-continue");
  expect((await exchange(url, post, fits)).map(({ status }) => status)).toEqual([100, 201]);
});

test("another expectation is no reason to reject a request", async () => {
  const { url } = await serve();
  const [answer] = await exchange(url, head(`GET ${widgets}`, host, key, close, "Expect: the-unexpected"));
  expect(answer?.status).toBe(200);
});

test.each([
  [widgets, 200],
  [`${widgets}?limit=0`, 400],
  [`${widgets}/wgt_nobody`, 404],
  ["/_mock/health", 200],
  ["/_mock/events", 200],
  ["/_mock/nothing", 404],
  ["/openapi.json", 200],
  ["/", 200],
])("HEAD %s has the status and the headers of GET, and no body", async (path, status) => {
  const served = await serve();
  await expectUnharmed(served, async () => {
    const answers = await exchange(
      served.url,
      head(`HEAD ${path}`, host, key),
      head(`HEAD ${path}`, host, key),
      head("GET /_mock/health", host, close),
    );
    expect(answers.map((answer) => answer.status)).toEqual([status, status, 200]);
    const got = await fetch(served.url + path, { headers: { authorization: "Bearer sk_test_one" } });
    await got.body?.cancel();
    expect(answers[0]?.text).toBe("");
    for (const name of ["content-type", "widgets-mock", "access-control-allow-origin"]) {
      expect(answers[0]?.headers.get(name) ?? null).toBe(got.headers.get(name));
    }
  });
});

test.each([
  [`POST ${widgets}/wgt_nobody`, "GET, HEAD, PATCH, DELETE"],
  [`HEAD ${widgets}/wgt_nobody/pause`, "POST"],
  ["POST /_mock/health", "GET, HEAD"],
  ["POST /openapi.json", "GET, HEAD"],
])("%s is rejected, and Allow says what would be right", async (requestLine, allow) => {
  const { url } = await serve();
  const answer = await answerTo(url, head(requestLine, host, key, close));
  expect(answer.status).toBe(405);
  expect(answer.headers.get("allow")).toBe(allow);
});

const page = "Origin: https://northwindcatering.example";

test("a preflight allows a page of any origin to call the API", async () => {
  const served = await serve();
  await expectUnharmed(served, async () => {
    const ask = ["Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization,content-type"];
    const answer = await answerTo(served.url, head(`OPTIONS ${widgets}`, host, page, close, ...ask));
    expect(answer).toMatchObject({ status: 204, text: "" });
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://northwindcatering.example");
    expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
    expect(answer.headers.get("access-control-allow-methods")).toBe("GET, HEAD, POST");
    expect(answer.headers.get("access-control-allow-headers")).toBe("authorization,content-type");
  });
});

test.each([
  ["the API", [key], widgets, 200],
  ["a rejection", [], widgets, 401],
  ["the document", [], "/openapi.json", 200],
])("a page may read %s with credentials, so it is named; anybody else may read it too", async (_, fields, path, status) => {
  const { url } = await serve();
  const answer = await answerTo(url, head(`GET ${path}`, host, page, close, ...fields));
  expect(answer.status).toBe(status);
  expect(answer.headers.get("access-control-allow-origin")).toBe("https://northwindcatering.example");
  expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
  expect(answer.headers.get("vary")).toBe("Origin");
  expect(answer.headers.get("access-control-expose-headers")).toContain("Request-Id");
  const plain = await answerTo(url, head(`GET ${path}`, host, close, ...fields));
  expect(plain.headers.get("access-control-allow-origin")).toBe("*");
  expect(plain.headers.get("vary")).toBeUndefined();
});

test.each([
  [`${widgets}/`, "GET"],
  [`/${widgets}`, "GET"],
  ["/v1/widgets", "POST"],
  [`${widgets}/wgt_nobody`, "PUT"],
  ["/openapi.json", "GET"],
])("the preflight of %s %s passes, so that the page can read what is wrong", async (path, method) => {
  const { url } = await serve();
  const ask = [`Access-Control-Request-Method: ${method}`, "Access-Control-Request-Headers: authorization,x-own"];
  const answer = await answerTo(url, head(`OPTIONS ${path}`, host, page, close, ...ask));
  expect(answer).toMatchObject({ status: 204, text: "" });
  expect(answer.headers.get("access-control-allow-methods")?.split(", ")).toContain(method);
  expect(answer.headers.get("access-control-allow-headers")).toBe("authorization,x-own");
});

const advance = '{"seconds":60}';
const lengthOfAdvance = `Content-Length: ${advance.length}`;

test.each([
  ["OPTIONS /_mock/clock/advance", [page, "Access-Control-Request-Method: POST"], ""],
  ["GET /_mock/clock", [page], ""],
  ["POST /_mock/clock/advance", [page, "Content-Type: text/plain", lengthOfAdvance], advance],
  ["POST /_mock/clock/advance", ["Origin: null", lengthOfAdvance], advance],
])("%s is rejected for a page of another origin", async (requestLine, fields, body) => {
  const served = await serve();
  await expectUnharmed(served, async () => {
    const clock = async () => (await fetch(`${served.url}/_mock/clock`)).json();
    const before = await clock();
    const answer = await answerTo(served.url, head(requestLine, host, close, ...fields), body);
    expect(answer.status).toBe(403);
    expect(problemIn(answer)).toMatchObject({ code: "foreign_origin" });
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect(await clock()).toEqual(before);
  });
});

test("a program and a page of the mock's own origin can move its clock", async () => {
  const { url } = await serve();
  for (const fields of [[], ["Origin: http://mock.localhost"]]) {
    const post = head("POST /_mock/clock/advance", host, close, lengthOfAdvance, ...fields);
    expect((await answerTo(url, post, advance)).status).toBe(200);
  }
  expect(await (await fetch(`${url}/_mock/clock`)).json()).toMatchObject({ now: "2026-01-01T00:02:00.000Z" });
});

test("a bug is a 500, not an error of the request", async () => {
  const { url, close } = await listen({
    core: { ...createMock().core, answer: () => Promise.reject(new Error("a bug")) },
  });
  onTestFinished(close);
  expect((await fetch(url)).status).toBe(500);
});

test("a drained port answers what is under way, closes each connection then, and takes no new one", async () => {
  const { url, drain, api } = await serve();
  const id = await api.create();
  await fetch(`${url}/_mock/faults`, { method: "POST", body: '{"latencyMs":200}' });
  const answers = Promise.all(Array.from({ length: 20 }, () => answerTo(url, head(`GET ${widgets}/${id}`, host, key))));
  // The last of them is under way when its latency has begun.
  await vi.waitFor(async () => {
    const { faults } = await (await fetch(`${url}/_mock/faults`)).json();
    expect(faults[0].hits).toBe(20);
  });
  const drained = drain(10_000);
  await expect(fetch(`${url}/_mock/health`)).rejects.toThrow();
  await drained;
  for (const { status, headers } of await answers) {
    expect([status, headers.get("connection")]).toEqual([200, "close"]);
  }
});

test("a drained port does not wait for requests that never arrive whole, nor longer than its grace", async () => {
  const { url, drain } = await serve();
  await fetch(`${url}/_mock/faults`, { method: "POST", body: '{"latencyMs":60000}' });
  const half = exchange(url, head(`POST ${widgets}`, host, key, json, "Content-Length: 9"), "{");
  const endless = exchange(url, head(`GET ${widgets}`, host, key));
  await vi.waitFor(async () => expect((await (await fetch(`${url}/_mock/faults`)).json()).faults[0].hits).toBe(1));
  await drain(50);
  expect([await half, await endless]).toEqual([[], []]);
});
