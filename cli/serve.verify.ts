import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type Running, start } from "./bin.test-helper.ts";
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

test("--host is where it listens", async () => {
  const mock = await start("--host", "localhost");
  expect(mock.url).toMatch(/^http:\/\/localhost:\d+$/);
  expect((await send(mock, "GET", "/_mock/health")).status).toBe(200);
});

test("--realistic is --crawl 30s-60s", async () => {
  const mock = await start("--realistic");
  expect((await send(mock, "GET", "/_mock/health")).body.crawl).toBe("30s-60s");
});

test("equal seeds give equal ids, and other seeds other ones", async () => {
  const idFrom = async (seed: string) => {
    const mock = await start("--seed", seed);
    expect(await mock.line(/^seed/)).toBe(`seed ${seed}, dialect default`);
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
