import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Running, start, startWithErrorsTo } from "./bin.test-helper.ts";
import { northwind, send, widgets } from "./serve.test-helper.ts";

/** Opens a connection, sends some text, and leaves it open. */
function leaveOpen({ url }: Running, text: string): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(text, () => resolve()));
    // The mock may well reset it at its end.
    socket.on("error", () => undefined);
    onTestFinished(() => void socket.destroy());
  });
}

/** Waits until so many requests have met the one fault. */
function waitForHits(mock: Running, hits: number): Promise<void> {
  return vi.waitFor(async () => expect((await send(mock, "GET", "/_mock/faults")).body.faults[0]?.hits).toBe(hits));
}

/** The files that a file of the bundle loads, without those that are loaded later. */
function filesLoadedBy(path: string, known = new Set<string>()): Set<string> {
  if (known.has(path)) return known;
  known.add(path);
  const imports = readFileSync(path, "utf8").matchAll(/\b(?:import|export)\b[^"'`;()]*?"(\.[^"]+)"/g);
  for (const [, imported = ""] of imports) filesLoadedBy(join(path, "..", imported), known);
  return known;
}

test("what the mock serves with is one file, so that it starts fast", () => {
  const files = [...filesLoadedBy(join(import.meta.dirname, "../dist/cli/run-serve.js"))];
  // The other one says where it is.
  expect(files).toHaveLength(2);
});

test("more signals right after the first neither cut the end short nor repeat the summary", async () => {
  const mock = await start();
  await send(mock, "GET", "/_mock/health");
  const { code, out } = await mock.end("SIGINT", "SIGINT", "SIGTERM");
  expect(code).toBe(0);
  expect(out.match(/^0 responses; /gm)).toHaveLength(1);
});

test.each([
  ["that idles", ""],
  ["whose request has been answered", "GET /_mock/health HTTP/1.1\r\nHost: mock.test\r\n\r\n"],
  ["in the middle of its header", "GET /_mock/health HTTP/1.1\r\nHost: mock"],
  [
    "in the middle of its body",
    `POST ${widgets} HTTP/1.1\r\nHost: mock.test\r\nAuthorization: Bearer sk_test_one\r\nContent-Length: 9\r\n\r\n{`,
  ],
])("a connection %s does not keep it from ending", async (_, sent) => {
  const mock = await start();
  await leaveOpen(mock, sent);
  await send(mock, "GET", "/_mock/health");
  expect((await mock.end("SIGTERM")).code).toBe(0);
});

test("it keeps running when its output is closed", async () => {
  const mock = await start();
  mock.stopReading();
  for (let count = 0; count < 3; count++) expect((await send(mock, "GET", widgets)).status).toBe(200);
  expect(await mock.end("SIGTERM")).toMatchObject({ code: 0, err: "" });
});

test("SIGTERM lets requests that are under way be answered, and a second one ends it at once", async () => {
  const mock = await start();
  await send(mock, "POST", "/_mock/faults", { latencyMs: 1500 });
  const answers = Promise.all(Array.from({ length: 50 }, () => send(mock, "POST", widgets, northwind)));
  await waitForHits(mock, 50);
  const ended = mock.end("SIGTERM");
  for (const { status } of await answers) expect(status).toBe(201);
  const { code, out } = await ended;
  expect({ code, summaries: out.match(/^Assumptions your 50 responses/gm)?.length }).toEqual({ code: 0, summaries: 1 });

  const other = await start();
  await send(other, "POST", "/_mock/faults", { latencyMs: 60_000 });
  const cut = send(other, "GET", widgets).catch(() => "cut");
  await waitForHits(other, 1);
  void other.end("SIGTERM");
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect((await other.end("SIGTERM")).code).toBe(128 + 15);
  expect(await cut).toBe("cut");
});

test("it keeps running when nothing can be written to its standard error", async () => {
  const full = openSync("/dev/full", "w");
  onTestFinished(() => closeSync(full));
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const dialect = join(folder, "dialect.json");
  // It warns of what it does not support.
  writeFileSync(dialect, JSON.stringify({ unsupported: { "A-LIST-1": "a bare array" } }));
  const mock = await startWithErrorsTo(full, "--dialect", dialect);
  await mock.line(/^seed/);
  for (let count = 0; count < 3; count++) expect((await send(mock, "GET", widgets)).status).toBe(200);
  expect((await mock.end("SIGTERM")).code).toBe(0);
});

test("--host is where it listens", async () => {
  const mock = await start("--host", "localhost");
  expect(mock.url).toMatch(/^http:\/\/localhost:\d+$/);
  expect((await send(mock, "GET", "/_mock/health")).status).toBe(200);
});

test("--realistic is --crawl 30s-60s", async () => {
  const mock = await start("--realistic");
  expect((await send(mock, "GET", "/_mock/health")).body.crawl).toBe("30s-60s");
});

test("without --seed, each start gives other ids", async () => {
  const idOfFirst = async () => (await send(await start(), "POST", widgets, northwind)).body.id;
  expect(await idOfFirst()).not.toBe(await idOfFirst());
});

test("equal seeds give equal ids, and other seeds other ones", async () => {
  const idFrom = async (seed: string) => {
    const mock = await start("--seed", seed);
    expect(await mock.line(/^seed/)).toMatch(`seed ${seed}, dialect default,`);
    return (await send(mock, "POST", widgets, northwind)).body.id;
  };
  const [one, same, other] = [await idFrom("42"), await idFrom("42"), await idFrom("43")];
  expect(same).toBe(one);
  expect(other).not.toBe(one);
});

test.each(["default", "documented-only", "hostile"])("--dialect takes %s", async (name) => {
  const mock = await start("--dialect", name);
  expect((await send(mock, "GET", "/_mock/health")).body.dialect).toBe(name);
  const created = await send(mock, "POST", widgets, northwind);
  expect(created.body.status).toBe("draft");
  expect((await send(mock, "GET", widgets)).body.data).toHaveLength(1);
});
