import { connect as connectPlain } from "node:net";
import { Agent, request } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { certificates } from "../../contract-tests/http/certificates.test-helper.ts";
import { createMock } from "../index.ts";
import { listen } from "./listen.ts";

async function listenSecurely() {
  const { ca, server } = certificates();
  const listening = await listen(createMock(), { tls: server });
  const dispatcher = new Agent({ connect: { ca } });
  onTestFinished(async () => {
    await dispatcher.destroy();
    await listening.close();
  });
  return { ...listening, dispatcher };
}

test("a mock with a certificate speaks https, and names itself so", async () => {
  const { url, dispatcher } = await listenSecurely();
  expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const { statusCode, body } = await request(`${url}/openapi.json`, { dispatcher });
  const document = (await body.json()) as { readonly servers: readonly { readonly url: string }[] };
  expect([statusCode, document.servers[0]?.url]).toEqual([200, expect.stringContaining(url)]);
});

test("a client without TLS is cut off, and others are served afterwards", async () => {
  const { url, dispatcher } = await listenSecurely();
  const socket = connectPlain(Number(new URL(url).port), "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await new Promise<void>((resolve) =>
    socket
      .on("error", () => undefined)
      .resume()
      .once("close", () => resolve()),
  );
  const { statusCode } = await request(`${url}/_mock/health`, { dispatcher });
  expect(statusCode).toBe(200);
});

test("a bad body is refused with a problem document over TLS too", async () => {
  const { url, dispatcher } = await listenSecurely();
  const { statusCode, body } = await request(`${url}/api/v1/widgets`, {
    ...{ dispatcher, method: "POST", body: "{" },
    headers: { authorization: "Bearer sk_test_one", "content-type": "application/json" },
  });
  expect([statusCode, await body.json()]).toEqual([400, expect.objectContaining({ code: expect.any(String) })]);
});

test("a key that is not the certificate's is refused at once", async () => {
  const { server, client } = certificates();
  await expect(listen(createMock(), { tls: { cert: server.cert, key: client.key } })).rejects.toThrow(
    /key values mismatch/,
  );
});
