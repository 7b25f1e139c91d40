import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import type { Target } from "../target.ts";
import { certificates } from "./certificates.test-helper.ts";
import type { Connection } from "./connection.ts";
import { type OutgoingRequest, requestTarget } from "./http-client.ts";
import { HttpError } from "./http-error.ts";
import { closedPort, serve, serveProxy } from "./loopback.test-helper.ts";

const get: OutgoingRequest = {
  method: "GET",
  path: "/api/v1/widgets",
  headers: { authorization: "Bearer sk_test_own" },
};

function targetAt(baseUrl: string, connection: Connection = {}): Target {
  return { baseUrl, credential: {}, connection };
}

/** What a request ends with: an answer's text or defect, or why none came. */
async function ended(target: Target, request: Partial<OutgoingRequest> = {}): Promise<string> {
  try {
    const { status, text, defect } = await requestTarget(target, { ...get, ...request });
    return `${status} ${defect ?? text.slice(0, 40)}`;
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return `${error.code || error.message}${error.isSent ? "" : ", not sent"}`;
  }
}

test("a request carries the prefix of the base URL, its fields, and who sends it", async () => {
  const { url } = await serve(({ method, url: path, headers }, response) => {
    response.end([method, path, headers["user-agent"], headers.authorization].join(" "));
  });
  const { text } = await requestTarget(targetAt(`${url}/prefix`), { ...get, path: "/api/v1/widgets?limit=1" });
  expect(text).toMatch(/^GET \/prefix\/api\/v1\/widgets\?limit=1 widgets-mock\/\d\S+ contract Bearer sk_test_own$/);
  expect(await ended(targetAt(url, { userAgent: "me" }))).toBe("200 GET /api/v1/widgets me Bearer sk_test_ow");
});

test("a private authority is trusted where its certificate is given, and an expired certificate never by that", async () => {
  const { ca, server, expired } = certificates();
  const [{ url }, old] = [
    await serve((_, response) => void response.end("hello"), server),
    await serve(() => undefined, expired),
  ];
  expect(await ended(targetAt(url))).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE, not sent");
  expect(await ended(targetAt(url, { ca }))).toBe("200 hello");
  expect(await ended(targetAt(url, { isInsecure: true }))).toBe("200 hello");
  expect(await ended(targetAt(old.url, { ca }))).toBe("CERT_HAS_EXPIRED, not sent");
  // A name that DNS does not know, and that the certificate is not for.
  const [port, host] = [Number(new URL(url).port), "staging.test"];
  const resolve = [{ host, port, address: "127.0.0.1" }];
  expect(await ended(targetAt(`https://${host}:${port}`, { ca, resolve }))).toBe(
    "ERR_TLS_CERT_ALTNAME_INVALID, not sent",
  );
});

test("a client certificate opens a server that demands one", async () => {
  const { ca, server, client } = certificates();
  const options = { ...server, ca, requestCert: true, rejectUnauthorized: true };
  const { url } = await serve((_, response) => void response.end("hello"), options);
  const given = { ca, clientCert: client.cert, clientKey: client.key };
  expect(await ended(targetAt(url, given))).toBe("200 hello");
  expect(await ended(targetAt(url, { ca }))).toMatch(/CERTIFICATE_REQUIRED|ECONNRESET|UND_ERR_SOCKET/);
});

test("a request is sent when it is written, not while its connection is made", async () => {
  const { ca, server } = certificates();
  const order: string[] = [];
  const answerName = (_: string, done: (error: Error | null) => void) => {
    order.push("handshake");
    done(null);
  };
  const arrive = (_: unknown, response: ServerResponse) => {
    order.push("arrived");
    response.end("hello");
  };
  const { url } = await serve(arrive, { ...server, SNICallback: answerName });
  await requestTarget(targetAt(url, { ca }), { ...get, onSent: () => void order.push("sent") });
  expect(order).toEqual(["handshake", "sent", "arrived"]);
});

test("a proxy tunnels TLS and forwards the rest; that it refuses is told", async () => {
  const { ca, server } = certificates();
  const [plain, secure] = [
    await serve((_, response) => void response.end("plain")),
    await serve((_, response) => void response.end("secure"), server),
  ];
  const proxy = await serveProxy();
  const through = { ca, proxy: proxy.url };
  expect(await ended(targetAt(secure.url, through))).toBe("200 secure");
  expect(await ended(targetAt(plain.url, through))).toBe("200 plain");
  expect(proxy.seen).toEqual([`CONNECT localhost:${secure.port}`, `GET ${plain.url}/api/v1/widgets`]);
  const strict = await serveProxy(({ headers }) => (headers["proxy-authorization"] === undefined ? 407 : undefined));
  expect(await ended(targetAt(secure.url, { ca, proxy: strict.url }))).toBe("UND_ERR_ABORTED, not sent");
  const known = strict.url.replace("http://", "http://me:secret@");
  expect(await ended(targetAt(secure.url, { ca, proxy: known }))).toBe("200 secure");
});

test("the environment names a proxy, and the hosts that need none; a server on this machine never needs one", async () => {
  const proxy = await serveProxy(() => 403);
  vi.stubEnv("https_proxy", proxy.url);
  vi.stubEnv("no_proxy", ".internal.test");
  try {
    expect(await ended(targetAt("https://staging.test"))).toBe("UND_ERR_ABORTED, not sent");
    expect(await ended(targetAt("https://staging.internal.test"))).toBe("ENOTFOUND, not sent");
    const { server } = certificates();
    const { url } = await serve((_, response) => void response.end("near"), server);
    expect(await ended(targetAt(url, { isInsecure: true }))).toBe("200 near");
    expect(proxy.seen).toEqual(["CONNECT staging.test:443"]);
  } finally {
    vi.unstubAllEnvs();
  }
});

test("a redirect is an answer, and the credential goes nowhere else", async () => {
  const strangers: unknown[] = [];
  const stranger = await serve((request, response) => void response.end(String(strangers.push(request.headers))));
  const { url } = await serve((_, response) => {
    response.writeHead(307, { location: `${stranger.url}/elsewhere` }).end();
  });
  const { status, headers } = await requestTarget(targetAt(url), get);
  expect({ status, location: headers["location"], strangers }).toEqual({
    status: 307,
    location: `${stranger.url}/elsewhere`,
    strangers: [],
  });
});

test("nothing is sent twice: a connection that breaks is one request", async () => {
  let requests = 0;
  const { url } = await serve((request) => {
    requests++;
    request.socket.destroy();
  });
  expect(await ended(targetAt(url))).toBe("UND_ERR_SOCKET");
  expect(await ended(targetAt(url), { method: "DELETE" })).toBe("UND_ERR_SOCKET");
  expect(requests).toBe(2);
  expect(await ended(targetAt(`http://127.0.0.1:${await closedPort()}`))).toBe("ECONNREFUSED, not sent");
});

const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 });

test.each([
  ["a text", {}, "hello", "200 hello"],
  ["a packed text", { "content-encoding": "gzip" }, gzipSync("hello"), "200 hello"],
  ["a bomb", { "content-encoding": "gzip" }, bomb, "200 its body is larger than 16 MiB"],
  ["a bomb in a bomb", { "content-encoding": "gzip, gzip" }, gzipSync(bomb), "200 its body is larger than 16 MiB"],
  ["what is not packed", { "content-encoding": "gzip" }, "hello", "200 its body cannot be decoded as gzip"],
  [
    "a coding of its own",
    { "content-encoding": "zip" },
    "x",
    '200 its body has the content coding "zip", which was not asked for',
  ],
])("%s is read as far as the limits let it", async (_, headers, body, expected) => {
  const { url } = await serve((__, response) => void response.writeHead(200, headers).end(body));
  expect(await ended(targetAt(url))).toBe(expected);
});

test("a body without end is cut, and its connection closed", async () => {
  let end: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    end = resolve;
  });
  const { url } = await serve((request, response) => {
    request.socket.once("close", end);
    const chunk = Buffer.alloc(1024 * 1024, "x");
    const more = () => {
      while (response.write(chunk));
    };
    response.on("drain", more);
    more();
  });
  expect(await ended(targetAt(url))).toBe("200 its body is larger than 16 MiB");
  await closed;
});

test("a body that drips, and an answer that never comes, end with the time that they have", async () => {
  const drip = await serve((_, response) => {
    response.write(" ");
    const timer = setInterval(() => response.write(" "), 10);
    response.on("close", () => clearInterval(timer));
  });
  expect(await ended(targetAt(drip.url), { timeoutMs: () => 500 })).toBe(
    "200 its body did not end: no answer within 0.5 s",
  );
  const stopper = new AbortController();
  const { url } = await serve(({ method }) => {
    if (method === "DELETE") stopper.abort();
  });
  expect(await ended(targetAt(url), { timeoutMs: () => 500 })).toBe("TIMEOUT");
  expect(await ended(targetAt(url), { method: "DELETE", signal: stopper.signal })).toBe("STOPPED");
  expect(await ended(targetAt(url), { signal: AbortSignal.abort() })).toBe("STOPPED, not sent");
});

test("an answer that comes when nobody waits for it any more is told", async () => {
  let answer = (): void => undefined;
  const { url } = await serve((_, response) => {
    answer = () => void response.end("hello");
  });
  const inProcess = () => new Promise<Response>((resolve) => (answer = () => resolve(new Response("hello"))));
  for (const target of [targetAt(url), { ...targetAt("http://mock.test"), fetch: inProcess }]) {
    const onLate = vi.fn();
    expect(await ended(target, { timeoutMs: () => 100, onLate })).toBe("TIMEOUT");
    expect(onLate).not.toHaveBeenCalled();
    answer();
    await vi.waitFor(() => expect(onLate).toHaveBeenCalledOnce());
  }
});

test("a request waits longer where it is told so meanwhile", async () => {
  let asked = 0;
  const { url } = await serve((_, response) => void setTimeout(() => response.end("hello"), 300));
  expect(await ended(targetAt(url), { timeoutMs: () => (++asked > 1 ? 60_000 : 50) })).toBe("200 hello");
});

test("what a machine does not run this process for is no time that the server took", async () => {
  const { url } = await serve((_, response) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
    response.end("hello");
  });
  expect(await ended(targetAt(url), { timeoutMs: () => 1200 })).toBe("200 hello");
});

test("a certificate and a key that do not belong together are told before anything is sent", async () => {
  const { url } = await serve((_, response) => void response.end("hello"));
  expect(await ended(targetAt(url, { clientCert: "no certificate", clientKey: "no key" }))).toMatch(/, not sent$/);
});
