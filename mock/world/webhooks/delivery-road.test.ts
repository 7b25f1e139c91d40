import dns from "node:dns";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { setupServer } from "msw/node";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { clientOf } from "../../api-client.test-helper.ts";
import { createMock } from "../../index.ts";
import { handlers } from "../../testing/msw.ts";
import { describeDeliveryError } from "./delivery-error.ts";
import { receiver } from "./receiver.test-helper.ts";

const key = "sk_test_one";

/** Sends one event to each URL, and returns how the deliveries went. */
async function deliver(urls: readonly string[], beforeSending = () => {}) {
  const mock = createMock({ clock: "manual", webhooks: urls.map((url) => ({ url })) });
  onTestFinished(() => mock.close());
  await clientOf(mock, key).create();
  beforeSending();
  mock.clock.advance({ seconds: 2 });
  const { deliveries } = mock.world(key);
  await deliveries.settle();
  return deliveries.list().deliveries.map(({ state, attempts }) => ({ state, ...attempts[0] }));
}

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("an event goes to its receiver, whatever a test puts in the place of", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  test.each(["fetch", "Request", "Response", "Headers", "AbortController", "AbortSignal"])("%s", async (name) => {
    const { url, received } = await receiver();
    const replacement = () => vi.stubGlobal(name, name === "fetch" ? async () => undefined : class {});
    expect(await deliver([url], replacement)).toMatchObject([{ state: "delivered", status: 204 }]);
    expect(received).toHaveLength(1);
  });

  test("the timers", async () => {
    const { url } = await receiver();
    expect(await deliver([url], () => void vi.useFakeTimers())).toMatchObject([{ state: "delivered" }]);
  });

  test("all requests, with MSW", async () => {
    const { url, received } = await receiver();
    const apiUrl = url.replace("/hook", "/api/v1/hook");
    const server = setupServer(...handlers(createMock()));
    server.listen({ onUnhandledRequest: "error" });
    onTestFinished(() => server.close());
    expect(await deliver([url, apiUrl])).toMatchObject([{ state: "delivered" }, { state: "delivered" }]);
    expect(received).toHaveLength(2);
  });
});

test("a receiver may listen on a port that fetch and browsers block", async () => {
  const server = createServer((_, response) => response.writeHead(204).end());
  // The first that is free: it is blocked for browsers, not reserved.
  const port = await firstFree(server, [6697, 6669, 6668, 10080, 5061]);
  onTestFinished(() => void server.close());
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  expect(await deliver([`http://127.0.0.1:${port}/hook?a=b%20c`])).toMatchObject([{ state: "delivered", status: 204 }]);
});

async function firstFree(server: ReturnType<typeof createServer>, ports: readonly number[]): Promise<number> {
  for (const port of ports) {
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (isFree) return port;
  }
  throw new Error(`All of the ports ${ports.join(", ")} are in use.`);
}

describe("a failed delivery says why", () => {
  test("nobody listens, with every address that was tried", async () => {
    const addresses = [
      { address: "127.0.0.1", family: 4 },
      { address: "127.0.0.2", family: 4 },
    ];
    const port = await freePort();
    const lookup = vi.spyOn(dns, "lookup").mockImplementation(((...given: unknown[]) => {
      (given.at(-1) as (error: null, found: typeof addresses) => void)(null, addresses);
    }) as never);
    onTestFinished(() => lookup.mockRestore());
    expect(await deliver([`http://receiver.test:${port}/hook`])).toMatchObject([
      { state: "pending", error: `connect ECONNREFUSED 127.0.0.1:${port}, connect ECONNREFUSED 127.0.0.2:${port}` },
    ]);
  });

  test("https to a port that speaks http", async () => {
    const { url } = await receiver();
    const [delivery] = await deliver([url.replace("http:", "https:")]);
    expect(delivery?.error).toMatch(/^TLS failed: .*(https|packet|version)[^\n]*$/);
  });

  test("a redirect", async () => {
    const { url } = await receiver(() => ({ status: 308, headers: { location: "http://127.0.0.1:1/" } }));
    expect(await deliver([url])).toMatchObject([{ status: 308, error: "redirects are not followed" }]);
  });

  test("the receiver hangs up", async () => {
    const { url } = await receiver(() => "hang up");
    expect(await deliver([url])).toMatchObject([{ error: "the receiver closed the connection without a response" }]);
  });

  test("a response that is no HTTP", async () => {
    const server = createTcpServer((socket) => void socket.end("SSH-2.0-OpenSSH_9.9\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const [delivery] = await deliver([`http://127.0.0.1:${(server.address() as AddressInfo).port}/`]);
    expect(delivery?.error).toContain("Response does not match the HTTP/1.1 protocol");
  });

  test("an error without a message has its code", () => {
    expect(describeDeliveryError(Object.assign(new Error(""), { code: "EHOSTUNREACH" }))).toBe("EHOSTUNREACH");
    expect(describeDeliveryError(new AggregateError([], ""))).toBe("AggregateError");
  });
});

test("no connection is kept open after a delivery", async () => {
  const server = createServer((_, response) => response.writeHead(204).end());
  const closed = new Promise((resolve) => server.on("connection", (socket) => socket.once("close", resolve)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  // Longer than the test may take.
  server.keepAliveTimeout = 600_000;
  await deliver([`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`]);
  await closed;
});
