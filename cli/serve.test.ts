import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { Agent, request } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { certificates } from "../contract-tests/http/certificates.test-helper.ts";
import { receiver } from "../mock/world/webhooks/receiver.test-helper.ts";
import packageJson from "../package.json" with { type: "json" };
import { run, start } from "./bin.test-helper.ts";
import { northwind, send, widgets } from "./serve.test-helper.ts";

function dialectFile(dialect: object): string {
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "dialect.json");
  writeFileSync(file, JSON.stringify(dialect));
  return file;
}

test("the first line says where it listens, and then requests are answered", async () => {
  const mock = await start();
  const health = await send(mock, "GET", "/_mock/health");
  expect(health).toMatchObject({ status: 200, body: { status: "ok", dialect: "default", crawl: "2s" } });
  const { port } = new URL(mock.url);
  expect(Number(port)).toBeGreaterThan(0);
  expect(await mock.line(/^/)).toBe(`widgets-mock ${packageJson.version} listening on http://127.0.0.1:${port}`);
  expect(await mock.line(/^seed/)).toBe(
    `seed ${health.body.seed}, dialect default, console ${mock.url}/_mock/console/`,
  );
});

test("with a certificate it speaks https; one that cannot be used is refused with the name of its option", async () => {
  const { ca, server, client } = certificates();
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = { cert: server.cert, key: server.key, other: client.key };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const mock = await start("--tls-cert", join(folder, "cert"), "--tls-key", join(folder, "key"));
  const dispatcher = new Agent({ connect: { ca } });
  onTestFinished(() => dispatcher.destroy());
  expect(mock.url).toMatch(/^https:/);
  expect((await request(`${mock.url}/_mock/health`, { dispatcher })).statusCode).toBe(200);
  const refused = await run("--port", "0", "--tls-cert", join(folder, "cert"), "--tls-key", join(folder, "other"));
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("--tls-cert")]);
  const missing = await run("--port", "0", "--tls-cert", join(folder, "none"), "--tls-key", join(folder, "key"));
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining("no such file")]);
  expect(await run("--tls-cert", "x")).toMatchObject({ code: 2, err: expect.stringContaining("--tls-key") });
});

test("/metrics has the figures of the mock, and those of its process", async () => {
  const mock = await start("--open-metrics");
  await send(mock, "GET", widgets);
  const answer = await fetch(`${mock.url}/metrics`);
  const text = await answer.text();
  expect([answer.status, text]).toEqual([200, expect.stringContaining("widgets_mock_requests_total{")]);
  // It asks a module of Node whose name has a digit.
  expect(text).toContain("nodejs_heap_space_size_used_bytes{");
});

test("serve can be named", async () => {
  const mock = await start("serve");
  expect((await send(mock, "GET", "/_mock/health")).status).toBe(200);
});

test.each([
  "SIGINT",
  "SIGTERM",
] as const)("%s ends it, with a summary of the assumptions that responses relied on", async (signal) => {
  const mock = await start();
  await send(mock, "POST", widgets, northwind);
  await send(mock, "GET", widgets);
  await send(mock, "GET", `${widgets}/wgt_nobody`);
  const { code, out, err } = await mock.end(signal);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const [, summary = ""] = out.split(/^Assumptions your 3 responses relied on:\n/m);
  expect(summary).toMatch(/^ {2}3 × A-AUTH-1 {2}\S/m);
  expect(summary).toMatch(/^ {2}1 × A-CREATE-1 {2}\S/m);
  const counts = [...summary.matchAll(/(\d+) ×/g)].map(([, count]) => Number(count));
  expect(counts).toEqual(counts.toSorted((a, b) => b - a));
});

test("without a response there is no assumption to report", async () => {
  const mock = await start();
  await mock.line(/^seed/);
  await send(mock, "GET", "/_mock/health");
  expect((await mock.end("SIGTERM")).out).toMatch(/\n0 responses; none relied on an assumption\.\n$/);
});

test.each([1, 2])("a signal right after the first line ends it properly (%i)", async () => {
  const mock = await start();
  const { code, out } = await mock.end("SIGTERM");
  expect({ code, summaries: out.match(/^0 responses; /gm)?.length }).toEqual({ code: 0, summaries: 1 });
});

test("the log has a line for each response, and for each crawl that ends", async () => {
  const mock = await start("--clock", "manual");
  const { body } = await send(mock, "POST", widgets, northwind);
  await send(mock, "PATCH", `${widgets}/${body.id}?by=hand`, { nam: "x" });
  await send(mock, "POST", "/_mock/clock/advance", { seconds: 60 });
  const lines = (await mock.end("SIGTERM")).out.split("\n");
  expect(lines[3]).toMatch(
    /^POST \/api\/v1\/widgets 201 \d+(\.\d)? ms {2}as key_\w+ …\w+ {2}assumed (A-[A-Z]+-\d ?)+$/,
  );
  expect(lines[4]).toMatch(
    new RegExp(
      `^PATCH ${widgets}/${body.id} 400 validation_error \\(A-VAL-\\d\\) \\d+(\\.\\d)? ms {2}as key_\\w+ …\\w+ {2}assumed A-AUTH-1 A-ERR-1 A-VAL-1 A-VAL-3$`,
    ),
  );
  expect(lines[5]).toBe(`crawl of ${body.id} succeeded: active, widget.ready`);
});

test("the log says which key a request had, whatever became of it, and of a visitor that there is none", async () => {
  const mock = await start("--clock", "manual");
  const { body } = await send(mock, "POST", widgets, northwind);
  await send(mock, "PUT", widgets);
  const visit = await fetch(`${mock.url}/api/v1/public/widgets/${body.id}/config`);
  expect(visit.ok).toBe(true);
  const lines = (await mock.end("SIGTERM")).out.split("\n");
  expect(lines[4]).toMatch(/^PUT .* 405 .* as key_\w+ …\w+ /);
  expect(lines[5]).toMatch(/^GET .* 200 .* no key, widget of key_\w+ /);
});

test("the log of a crawl that fails says so", async () => {
  const mock = await start("--clock", "manual");
  const { body } = await send(mock, "POST", widgets, { ...northwind, site_url: "https://shop.fail.test" });
  await send(mock, "POST", "/_mock/clock/advance", { seconds: 60 });
  expect(await mock.line(/^crawl/)).toBe(`crawl of ${body.id} failed: draft, widget.crawl_failed`);
});

test("the log's lines name no key", async () => {
  const mock = await start();
  await send(mock, "GET", widgets, undefined, "sk_test_secret");
  await send(mock, "GET", widgets, undefined, "sk_live_secret");
  expect((await mock.end("SIGTERM")).out).not.toContain("secret");
});

test("with --json every line after the first is a JSON object", async () => {
  const mock = await start("--json", "--clock", "manual", "--seed", "7");
  const { body } = await send(mock, "POST", widgets, northwind);
  await send(mock, "GET", `${widgets}/wgt_nobody`);
  await send(mock, "POST", "/_mock/clock/advance", { seconds: 60 });
  const { code, out } = await mock.end("SIGINT");
  expect(code).toBe(0);
  const [first, ...rest] = out.trimEnd().split("\n");
  expect(first).toBe(`widgets-mock ${packageJson.version} listening on ${mock.url}`);
  const response = { type: "response", at: "2026-01-01T00:00:00.000Z", milliseconds: expect.any(Number) };
  expect(rest.map((line) => JSON.parse(line))).toMatchObject([
    { type: "started", seed: 7, dialect: "default", console: `${mock.url}/_mock/console/` },
    { ...response, operation: "createWidget", method: "POST", path: widgets, status: 201 },
    {
      ...response,
      operation: "getWidget",
      method: "GET",
      path: `${widgets}/wgt_nobody`,
      status: 404,
      code: "not_found",
      rule: "A-AUTH-3",
      assumed: ["A-AUTH-1", "A-ERR-1", "A-AUTH-3"],
    },
    {
      type: "crawl.succeeded",
      at: "2026-01-01T00:00:02.000Z",
      widget: body.id,
      status: "active",
      event: "widget.ready",
    },
    {
      type: "summary",
      responses: 2,
      assumptions: expect.arrayContaining([{ rule: "A-AUTH-3", count: 1, text: expect.any(String) }]),
    },
  ]);
});

test("with --quiet the first line is the only one", async () => {
  const mock = await start("--quiet");
  await send(mock, "POST", widgets, northwind);
  expect(await mock.end("SIGTERM")).toEqual({
    code: 0,
    out: `widgets-mock ${packageJson.version} listening on ${mock.url}\n`,
    err: "",
  });
});

test("--clock manual@… is the time that widgets are made at", async () => {
  const mock = await start("--clock", "manual@2026-04-09T14:00:00Z");
  const created = await send(mock, "POST", widgets, northwind);
  expect(created.body.created_at).toBe("2026-04-09T14:00:00Z");
  expect((await send(mock, "GET", "/_mock/clock")).body).toEqual({ now: "2026-04-09T14:00:00.000Z", running: false });
});

test("--crawl says how crawls run", async () => {
  const mock = await start("--crawl", "reads:2");
  const { body } = await send(mock, "POST", widgets, northwind);
  const statuses = [];
  for (let count = 0; count < 3; count++) {
    statuses.push((await send(mock, "GET", `${widgets}/${body.id}`)).body.status);
  }
  expect(statuses).toEqual(["draft", "draft", "active"]);
});

test("--api-key maps keys to organizations, and leaves every other key unknown", async () => {
  const mock = await start("--api-key", "first=acme", "--api-key", "second=acme", "--api-key", "third");
  const { body } = await send(mock, "POST", widgets, northwind, "first");
  const path = `${widgets}/${body.id}`;
  expect((await send(mock, "GET", path, undefined, "second")).status).toBe(200);
  expect((await send(mock, "GET", path, undefined, "third")).status).toBe(404);
  expect((await send(mock, "GET", path, undefined, "sk_test_one")).status).toBe(401);
});

test.each([
  [[], /^keys: any that begins with sk_test_; --api-key /],
  [
    ["--host", "0.0.0.0"],
    /^keys: only those of "widgets-mock ctl keys create" \(run it on this machine, .*--open-keys/,
  ],
  [["--host", "0.0.0.0", "--control-token", "s3cret"], /^keys: only those .* \(with the token\); --open-keys/],
  [["--host", "0.0.0.0", "--open-keys"], /^keys: any that begins with sk_test_; without --open-keys/],
  [["--host", "0.0.0.0", "--api-key", "one=acme"], /^keys: those of --api-key \(1\), and of /],
])("the start-up of %j says which keys are accepted", async (args, says) => {
  const mock = await start(...args);
  expect(await mock.line(/^keys/)).toMatch(says);
});

test("--webhook-url is where events go, and --webhook-secret what they are signed with", async () => {
  const { url, received } = await receiver();
  const secret = `whsec_${btoa("x".repeat(32))}`;
  const mock = await start("--crawl", "manual", "--webhook-url", url, "--webhook-secret", secret);
  const { body } = await send(mock, "POST", widgets, northwind);
  await send(mock, "POST", `/_mock/widgets/${body.id}/crawl`, { outcome: "succeeded" });
  await send(mock, "POST", "/_mock/clock/advance", { seconds: 0 });
  expect(received).toHaveLength(1);
  const [{ headers, body: event }] = received as [(typeof received)[0]];
  expect(new Webhook(secret).verify(event, headers)).toMatchObject({ type: "widget.ready", data: { id: body.id } });
});

test.each([
  [{ "A-LIST-1": "a bare array" }, /^widgets-mock: the mock does not support what the dialect has for A-LIST-1\n$/],
  [{}, /^$/],
])("--dialect takes a file of choices, and warns of those that the mock does not support: %j", async (unsupported, says) => {
  const mock = await start("--dialect", dialectFile({ "A-VAL-1": "422", unsupported }));
  expect((await send(mock, "POST", widgets, {})).status).toBe(422);
  expect((await send(mock, "GET", "/_mock/health")).body.dialect).toBe("custom");
  expect((await mock.end("SIGINT")).err).toMatch(says);
});
