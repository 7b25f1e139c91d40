import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { defaultSecret } from "../../mock/world/webhooks/endpoint.ts";
import { receiver } from "../../mock/world/webhooks/receiver.test-helper.ts";
import { signatureHeaders } from "../../mock/world/webhooks/signature-headers.ts";
import { run, start } from "../bin.test-helper.ts";
import { northwind, send, widgets } from "../serve.test-helper.ts";

const bin = join(import.meta.dirname, "../../dist/cli/widgets-mock.js");

interface Listener {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly url: () => string;
  stop(): Promise<number | null>;
}

/** Starts `widgets-mock listen` and waits for its first line. */
async function listen(...args: string[]): Promise<Listener> {
  const child = spawn(process.execPath, [bin, "listen", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part) => (text += part));
  await vi.waitFor(() => expect(text).toMatch(/Ctrl-C stops/), 20_000);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    child,
    out: () => text,
    url: () => /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? "",
    stop: () => {
      child.kill("SIGINT");
      return ended;
    },
  };
}

const event = (name = "Bakery") => ({
  type: "widget.ready",
  timestamp: new Date().toISOString(),
  data: { id: "wgt_1", name },
});

function post(url: string, body: string, { secret = defaultSecret, at = Date.now(), drop = "" } = {}) {
  const headers: Record<string, string> = {
    "content-type": "application/json",
    ...signatureHeaders(secret, { id: "msg_1", body }, at),
  };
  delete headers[drop];
  return fetch(url, { method: "POST", headers, body });
}

describe("listen", () => {
  test("says of each webhook what it is and why its signature is wrong", async () => {
    const listener = await listen("--port", "0");
    const url = listener.url();
    const body = JSON.stringify(event("Bäckerei"));
    expect((await post(url, body)).status).toBe(204);
    expect((await post(url, body, { secret: "whsec_bm90LXRoZS1zZWNyZXQtdGhhdC15b3Uta25vdw==" })).status).toBe(400);
    await post(url, body, { at: Date.now() - 3_600_000 });
    await post(url, body, { drop: "webhook-signature" });
    const headers = signatureHeaders(defaultSecret, { id: "msg_2", body }, Date.now());
    await fetch(url, { method: "POST", headers, body: JSON.stringify(JSON.parse(body), null, 2) });
    await vi.waitFor(() => expect(listener.out().match(/widget\.ready/g)).toHaveLength(5));
    const lines = listener.out().split("\n").slice(1);
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d {2}widget\.ready {2}wgt_1 {2}msg_1 {2}signature ok$/);
    expect(lines[1]).toMatch(/again, 2 times now {2}BAD: wrong secret, or the body or a header was changed/);
    expect(lines[2]).toMatch("BAD: old time stamp");
    expect(lines[3]).toMatch("BAD: missing header webhook-signature");
    expect(lines[4]).toMatch("BAD: body changed by a parser");
    expect(await listener.stop()).toBe(0);
  });

  test("passes the bytes on untouched, and the answer back; shows both, as text", async () => {
    const { url, received } = await receiver(() => ({ status: 429, headers: { "retry-after": "7" } }));
    const listener = await listen("--port", "0", "--forward-to", url, "--verbose");
    const body = `{ "type":"widget.ready",\n "data": {"id":"\\u001b[31mwgt", "n": 1.0} }`;
    const answer = await post(`${listener.url()}/any/path`, body);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(received[0]?.body).toBe(body);
    expect(received[0]?.headers["webhook-id"]).toBe("msg_1");
    await vi.waitFor(() => expect(listener.out()).toMatch(/ {2}-> 429 in \d+ ms/));
    expect(listener.out()).toContain("  | webhook-id: msg_1");
    expect(listener.out()).not.toContain("\u001b");
  });

  test("says what is wrong with an answer, and which webhook it is to", async () => {
    const waiting: ServerResponse[] = [];
    const statuses = [403, 500, 302, 200];
    const server = createServer((request, response) => {
      request.resume();
      const status = statuses.shift();
      if (status === undefined) waiting.push(response);
      else response.writeHead(status).end("No:\n  wrong");
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const listener = await listen("--port", "0", "--forward-to", `http://127.0.0.1:${port}/`);
    const body = JSON.stringify(event());
    for (let n = 0; n < 3; n++) await post(listener.url(), body);
    await post(listener.url(), body, { drop: "webhook-signature" });
    await vi.waitFor(() => expect(listener.out().match(/->/g)).toHaveLength(4));
    const answers = listener
      .out()
      .split("\n")
      .filter((line) => line.includes("->"));
    expect(answers[0]).toMatch(/^ {2}-> 403 in \d+ ms {2}though the signature is right: .*send --all.* {2}No: wrong$/);
    expect(answers[1]).toMatch(/^ {2}-> 500 in \d+ ms {2}No: wrong$/);
    expect(answers[2]).toContain("senders follow no redirect");
    expect(answers[3]).toContain("accepted all the same");
    const both = ["first", "second"].map((name) => post(listener.url(), JSON.stringify(event(name))));
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    for (const response of waiting) response.writeHead(204).end();
    await Promise.all(both);
    await vi.waitFor(() => expect(listener.out()).toMatch(/-> 204 in \d+ ms to msg_1\n/));
  });

  test("tells why a receiver did not answer, and answers 502", async () => {
    const listener = await listen("--port", "0", "--forward-to", "http://127.0.0.1:1/");
    expect((await post(listener.url(), "{}")).status).toBe(502);
    await vi.waitFor(() => expect(listener.out()).toMatch(/-> no answer: .*ECONNREFUSED/));
  });

  test("--from takes webhooks from the event stream of a mock, with its delivery faults, and connects again", async () => {
    const { url, received } = await receiver();
    const mock = await start("--crawl", "immediate");
    const key = ["--api-key", "sk_test_one"];
    const listener = await listen("--from", mock.url, "--forward-to", url, ...key);
    const headers = { Authorization: "Bearer sk_test_one", "content-type": "application/json" };
    const call = (method: string, path: string, body?: object) =>
      fetch(mock.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) }).then((response) =>
        response.json(),
      );
    await vi.waitFor(async () => expect((await call("GET", "/_mock/webhooks")).endpoints).toHaveLength(1));
    const [{ id }] = (await call("GET", "/_mock/webhooks")).endpoints;
    const { id: widget } = await call("POST", widgets, northwind);
    await call("GET", `${widgets}/${widget}`);
    await vi.waitFor(() => expect(received).toHaveLength(1), 20_000);
    expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({ type: "widget.ready", data: { id: widget } });
    await vi.waitFor(() => expect(listener.out()).toMatch(/widget\.ready .*signature ok\n {2}-> 204/));
    await call("POST", `/_mock/webhooks/${id}/faults`, { duplicate: true, corruptSignature: true });
    await call("POST", `${widgets}/${widget}/recrawl`);
    await call("GET", `${widgets}/${widget}`);
    await vi.waitFor(() => expect(received).toHaveLength(3), 20_000);
    expect(listener.out()).toMatch(/widget\.recrawled .*again, 2 times now {2}BAD: wrong secret/);
    expect(await listener.stop()).toBe(0);
    expect((await call("GET", "/_mock/webhooks")).endpoints).toEqual([]);
  });

  test("comes again when the mock is started again", async () => {
    const mock = await start("--crawl", "immediate");
    const port = new URL(mock.url).port;
    const listener = await listen("--from", mock.url);
    await mock.end("SIGTERM");
    await vi.waitFor(() => expect(listener.out()).toMatch(/connecting again|trying again/));
    const second = spawn(process.execPath, [bin, "--port", port, "--crawl", "immediate"], { stdio: "ignore" });
    onTestFinished(() => void second.kill("SIGKILL"));
    const again = mock;
    await vi.waitFor(
      async () => expect((await send(again, "GET", "/_mock/webhooks")).body.endpoints).toHaveLength(1),
      60_000,
    );
    const { body } = await send(again, "POST", widgets, northwind);
    await send(again, "GET", `${widgets}/${body.id}`);
    await vi.waitFor(() => expect(listener.out()).toMatch(/widget\.ready .*signature ok/), 20_000);
  });

  test("what cannot work is an error that says what to do", async () => {
    const nothing = await run("listen", "--from", "http://127.0.0.1:1");
    expect([nothing.code, nothing.err]).toEqual([1, expect.stringContaining("nothing listens at http://127.0.0.1:1")]);
    const taken = await receiver();
    const inUse = await run("listen", "--port", new URL(taken.url).port);
    expect([inUse.code, inUse.err]).toEqual([
      1,
      expect.stringContaining("is in use; stop what uses it, or pass another --port"),
    ]);
  });
});

/** Receivers with the usual mistakes, and the kinds of webhooks that each answers otherwise than it should. */
const nodeReceiver = (check: string) => `
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
const webhook = new Webhook(${JSON.stringify(defaultSecret)});
const server = createServer(async (request, response) => {
  const body = await text(request);
  const { headers } = request;
  try { ${check}; response.writeHead(204).end(); } catch { response.writeHead(400).end(); }
});
server.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port));
`;

const pythonReceiver = (check: string) => `
import base64, hashlib, hmac, json, time
from http.server import BaseHTTPRequestHandler, HTTPServer
KEY = base64.b64decode(${JSON.stringify(defaultSecret.slice("whsec_".length))})
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
${check.replaceAll(/^/gm, "            ")}
            self.send_response(204)
        except Exception:
            self.send_response(400)
        self.end_headers()
    def log_message(self, *args): pass
server = HTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
`;

const pythonVerify = (signed: string) => `
h = self.headers
assert abs(time.time() - int(h["webhook-timestamp"])) <= 300
mac = hmac.new(KEY, h["webhook-id"].encode() + b"." + h["webhook-timestamp"].encode() + b"." + ${signed}, hashlib.sha256)
expected = "v1," + base64.b64encode(mac.digest()).decode()
assert any(hmac.compare_digest(expected, one) for one in h["webhook-signature"].split(" "))
`;

const phpReceiver = (body: string) => `<?php
$body = file_get_contents("php://input");
$id = $_SERVER["HTTP_WEBHOOK_ID"] ?? ""; $time = $_SERVER["HTTP_WEBHOOK_TIMESTAMP"] ?? "";
$key = base64_decode(${JSON.stringify(defaultSecret.slice("whsec_".length))});
$expected = "v1," . base64_encode(hash_hmac("sha256", "$id.$time." . ${body}, $key, true));
$found = array_filter(explode(" ", $_SERVER["HTTP_WEBHOOK_SIGNATURE"] ?? ""), fn($one) => hash_equals($expected, $one));
http_response_code($found && abs(time() - (int) $time) <= 300 ? 204 : 400);
`;

async function startReceiver(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part) => (text += part));
  await vi.waitFor(() => expect(text).toMatch(/http:\/\/127\.0\.0\.1:\d+/), 20_000);
  return /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? "";
}

/** A file inside of the package, whose libraries a receiver in Node needs. */
function fileOf(name: string, text: string): string {
  mkdirSync(join(import.meta.dirname, "../../coverage"), { recursive: true });
  const folder = mkdtempSync(
    join(name.endsWith(".mjs") ? join(import.meta.dirname, "../../coverage") : tmpdir(), "receiver-"),
  );
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const starters = {
  node: (check: string) => startReceiver(process.execPath, [fileOf("receiver.mjs", nodeReceiver(check))]),
  python: (check: string) => startReceiver("python3", [fileOf("receiver.py", pythonReceiver(check))]),
  php: (body: string) => startReceiver("php", ["-S", "127.0.0.1:0", fileOf("receiver.php", phpReceiver(body))]),
};

type Language = keyof typeof starters;
const isMissing = (language: Language) =>
  language !== "node" && spawnSync(language === "python" ? "python3" : language, ["--version"]).status !== 0;

describe("send --all", () => {
  const mistakes: [Language, string, string, string[]][] = [
    ["node", "verifies", "webhook.verify(body, headers)", []],
    [
      "node",
      "verifies nothing",
      "JSON.parse(body)",
      [
        "wrong-signature",
        "changed-body",
        "changed-id",
        "changed-timestamp",
        "old-timestamp",
        "future-timestamp",
        "unsigned",
      ],
    ],
    [
      "node",
      "verifies what a parser made of the body",
      "webhook.verify(JSON.stringify(JSON.parse(body)), headers)",
      ["respelled"],
    ],
    [
      "node",
      "knows three types alone",
      "if (!['widget.ready', 'widget.crawl_failed', 'widget.recrawled'].includes(webhook.verify(body, headers).type)) throw 0",
      ["unknown-type"],
    ],
    [
      "node",
      "refuses what comes again",
      "webhook.verify(body, headers); globalThis.seen ??= new Set(); if (seen.has(headers['webhook-id'])) throw 0; seen.add(headers['webhook-id'])",
      ["duplicate"],
    ],
    [
      "node",
      "looks at the first signature alone",
      "webhook.verify(body, { ...headers, 'webhook-signature': headers['webhook-signature'].split(' ')[0] })",
      ["two-signatures"],
    ],
    ["python", "verifies", pythonVerify("body"), []],
    [
      "python",
      "verifies what a parser made of the body",
      pythonVerify("json.dumps(json.loads(body)).encode()"),
      ["valid", "duplicate", "unknown-type", "respelled", "unicode", "two-signatures", "valid", "valid"],
    ],
    [
      "python",
      "looks at no time stamp",
      pythonVerify("body").replace(/^assert abs.*$/m, ""),
      ["old-timestamp", "future-timestamp"],
    ],
    ["php", "verifies", "$body", []],
    [
      "php",
      "verifies what a parser made of the body",
      "json_encode(json_decode($body))",
      ["valid", "duplicate", "unknown-type", "respelled", "unicode", "two-signatures", "valid", "valid"],
    ],
  ];

  test.each(mistakes)("a receiver in %s that %s", async (language, _, check, expected) => {
    if (isMissing(language)) return;
    const url = await starters[language](check);
    const { code, out } = await run("send", "widget.ready", "--to", url, "--all", "--json");
    const results: { kind: string; ok: boolean }[] = JSON.parse(out);
    expect(results.filter(({ ok }) => !ok).map(({ kind }) => kind)).toEqual(expected);
    expect(results).toHaveLength(15);
    expect(code).toBe(expected.length === 0 ? 0 : 1);
  });
});

describe("send --all names the mistake of a receiver that rejects a valid event", () => {
  const verifying = pythonVerify("body");
  test.each([
    ["python", "the text of the secret as key", verifying.replace("KEY", `b"${defaultSecret}"`)],
    ["python", "a signature without the webhook-id", verifying.replace('h["webhook-id"].encode() + b"." + ', "")],
    ["python", "what a parser made of the body, with a space", pythonVerify("json.dumps(json.loads(body)).encode()")],
    ["php", "what a parser made of the body, with escaped slashes", "json_encode(json_decode($body))"],
    ["php", "rejects a valid event. Has it this secret", "'no'"],
  ] as const)("in %s: %s", async (language, advice, check) => {
    if (isMissing(language)) return;
    const { out } = await run("send", "--to", await starters[language](check), "--all");
    expect(out).toContain(advice);
  });
});

describe("send", () => {
  test("prints what was sent, how it was answered and how it should have been", async () => {
    const { url, received } = await receiver(() => ({ status: 500 }));
    const { code, out } = await run("send", "widget.crawl_failed", "--to", url, "--as", "old-timestamp");
    expect(code).toBe(1);
    expect(out).toMatch(
      /^BAD {2}widget\.crawl_failed +old-timestamp +500; should reject it \(4xx\): signed an hour ago/,
    );
    expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({ type: "widget.crawl_failed" });
    const all = await run("send", "--to", url, "--all");
    expect(all.out).toMatch(/\n0 of 15 were answered as they should be\.\nThe receiver rejects a valid event\. .*\n$/);
  });

  test("an unknown event or kind is an error that names the others", async () => {
    const wrong = await run("send", "widget.redy", "--to", "http://127.0.0.1:1");
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("widget.ready")]);
    const kind = await run("send", "--to", "http://127.0.0.1:1", "--as", "unsinged");
    expect([kind.code, kind.err]).toEqual([2, expect.stringContaining("unsigned")]);
    const dead = await run("send", "--to", "http://127.0.0.1:1");
    expect([dead.code, dead.out]).toEqual([1, expect.stringContaining("ECONNREFUSED")]);
  });
});
