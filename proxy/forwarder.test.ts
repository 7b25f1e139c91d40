import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { certificates } from "../contract-tests/http/certificates.test-helper.ts";
import { closedPort, serve } from "../contract-tests/http/loopback.test-helper.ts";
import { serveRequests, untilTestEnds, type Watching, watchStaging } from "./staging.test-helper.ts";

/** A proxy before a server that a test answers for. */
async function proxyTo(answer: Parameters<typeof serveRequests>[0], watching: Watching = {}) {
  const staging = untilTestEnds(await serveRequests(answer));
  return untilTestEnds(await watchStaging(staging.url, watching));
}

/** What a raw request is answered with. */
async function sendRaw(url: string, text: string): Promise<string> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(text);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("latin1");
}

test("a request reaches the server as it was sent, but for what is about the connection, and its answer the client", async () => {
  let seen: Pick<IncomingMessage, "method" | "url" | "rawHeaders"> & { readonly body: string } = {} as never;
  const { url } = await proxyTo(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method, url: path, rawHeaders } = incoming;
    seen = { method, url: path, rawHeaders, body: Buffer.concat(chunks).toString() } as never;
    outgoing.sendDate = false;
    outgoing.writeHead(207, "Multi", [
      "X-One",
      "1",
      "x-one",
      "2",
      "Set-Cookie",
      "a=é",
      "Connection",
      "X-Gone",
      "X-Gone",
      "1",
    ]);
    outgoing.end("hello");
  });
  const headers = [
    "Content-Length: 3",
    "X-A: 1",
    "x-a: 2",
    "Connection: close, X-Hop",
    "X-Hop: 1",
    "TE: trailers",
    "Expect: 100-continue",
  ];
  const answer = await sendRaw(
    url,
    `PROPFIND /a%20b/?x=%41&y HTTP/1.1\r\nHost: me\r\n${headers.join("\r\n")}\r\n\r\nabc`,
  );
  expect(seen).toMatchObject({ method: "PROPFIND", url: "/a%20b/?x=%41&y", body: "abc" });
  const fields = seen.rawHeaders.map((one, n) => (n % 2 === 0 ? one.toLowerCase() : one)).join("|");
  expect(fields).toContain("x-a|1|x-a|2");
  expect(fields).toMatch(/via\|1\.1 widgets-mock-\w+/);
  expect(fields).not.toMatch(/x-hop|te\||expect|host\|me/);
  expect(answer).toContain("HTTP/1.1 207 Multi\r\nX-One: 1\r\nx-one: 2\r\nSet-Cookie: a=é\r\n");
  expect(answer).not.toContain("X-Gone");
  expect(answer).toMatch(/hello/);
});

test("a body is passed on while it comes, in both directions, and compressed as it is", async () => {
  const packed = gzipSync("a".repeat(100_000));
  const { url } = await proxyTo((incoming, outgoing) => {
    outgoing.writeHead(200, { "content-encoding": "gzip" });
    incoming.once("data", () => outgoing.write(packed.subarray(0, 50)));
    incoming.once("end", () => outgoing.end(packed.subarray(50)));
  });
  const request = httpRequest(`${url}/upload`, { method: "POST" });
  request.write("first");
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const [first] = (await once(response, "data")) as [Buffer];
  request.end("second");
  const chunks = [first];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  expect(response.headers["content-encoding"]).toBe("gzip");
  expect(gunzipSync(Buffer.concat(chunks)).toString()).toHaveLength(100_000);
});

test("a redirect, a refusal and an answer without a body are passed on, and nothing is sent twice", async () => {
  let count = 0;
  const { url } = await proxyTo((incoming, outgoing) => {
    count++;
    const status = Number(incoming.url?.slice(1));
    outgoing.writeHead(status, status === 302 ? { location: "https://elsewhere.example/" } : {}).end();
  });
  const ask = async (status: number, method = "GET") =>
    (await fetch(`${url}/${status}`, { method, redirect: "manual" })).status;
  expect([await ask(302), await ask(503), await ask(204), await ask(200, "HEAD")]).toEqual([302, 503, 204, 200]);
  expect(count).toBe(4);
});

test("what is wrong with the way to the server is told as a problem document", async () => {
  const problemAt = async (baseUrl: string, watching: Watching = {}) => {
    const { url } = untilTestEnds(await watchStaging(baseUrl, watching));
    const response = await fetch(`${url}/api/v1/widgets`);
    const { code, detail, status } = (await response.json()) as Record<string, unknown>;
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(status).toBe(response.status);
    return `${response.status} ${code} ${detail}`;
  };
  const port = await closedPort();
  expect(await problemAt(`http://127.0.0.1:${port}`)).toBe(
    `502 proxy_staging_unreachable 127.0.0.1:${port} refused the connection. Check that it runs, and the port.`,
  );
  const { ca, server } = certificates();
  const secure = await serve((_, response) => void response.end("{}"), server);
  expect(await problemAt(secure.url)).toMatch(/^502 proxy_staging_unreachable TLS with .* failed: .*--ca <pem>\.$/);
  const known = untilTestEnds(await watchStaging(secure.url, { connection: { ca } }));
  expect((await fetch(known.url)).status).toBe(200);
  const silent = await serve(() => undefined);
  expect(await problemAt(silent.url, { answerTimeoutMs: 50 })).toMatch(
    /^504 proxy_staging_timeout .* within 0\.05 s\.$/,
  );
  const cut = await serve((incoming) => void incoming.socket.destroy());
  expect(await problemAt(cut.url)).toMatch(/^502 proxy_staging_failed /);
});

test("an answer that is cut reaches the client as one that is cut", async () => {
  const { url } = await proxyTo((_, outgoing) => {
    outgoing.writeHead(200, { "content-length": "100" }).write("half", () => outgoing.socket?.destroy());
  });
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
});

test("a request that nobody can forward is told why", async () => {
  const { url } = await proxyTo((_, outgoing) => void outgoing.end());
  expect(
    await sendRaw(url, "GET http://other.example/ HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n"),
  ).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"proxy_bad_request"[\s\S]*not as an HTTP proxy/);
  expect(await sendRaw(url, "CONNECT other.example:443 HTTP/1.1\r\nHost: other.example\r\n\r\n")).toContain(
    "400 Bad Request",
  );
  expect(await sendRaw(url, "nonsense\r\n\r\n")).toContain("proxy_bad_request");
});

test("a proxy that leads back to itself ends", async () => {
  let back = "";
  const { url } = await proxyTo((incoming, outgoing) => {
    const [via = ""] = [incoming.headers.via];
    void fetch(back, { headers: { via } }).then(async (response) => {
      outgoing.writeHead(response.status).end(await response.text());
    });
  });
  back = url;
  const response = await fetch(url);
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([508, "proxy_loop"]);
});

test("a client that goes away ends its request at the server", async () => {
  let gone: Promise<unknown> | undefined;
  const { url } = await proxyTo((incoming, outgoing) => {
    gone = once(outgoing, "close");
    outgoing.write("begun");
    void incoming;
  });
  const controller = new AbortController();
  const response = await fetch(url, { signal: controller.signal });
  await response.body?.getReader().read();
  controller.abort();
  await gone;
});
