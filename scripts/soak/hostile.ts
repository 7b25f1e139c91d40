import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { connect } from "node:net";
import type { Send } from "./caller.ts";

const widgets = "/api/v1/widgets";
const megabyte = 1024 * 1024;
/** Leaves room for what stands around it. */
const padding = megabyte - 200;

const name = () => randomBytes(6).toString("hex");
const create = (rest: string) => `{"name":"a","site_url":"https://a.example"${rest}}`;

/** Requests that cost a mock the most that they can, by kind. Each has keys, names and values of its own. */
const attacks: readonly ((send: Send, key: string) => Promise<unknown>)[] = [
  // A new key each, with a megabyte that says nothing.
  (send, key) =>
    send("hostile", {
      method: "POST",
      path: widgets,
      key,
      body: create(" ".repeat(padding)),
      headers: { "idempotency-key": randomUUID() },
    }),
  (send, key) => send("hostile", { method: "GET", path: `${widgets}/${"x".repeat(15_000)}${name()}`, key }),
  (send, key) => send("hostile", { method: "GET", path: `${widgets}?${name()}=${"y".repeat(15_000)}`, key }),
  (send, key) => send("hostile", { method: "POST", path: widgets, key, body: create(',"tools":[1'.repeat(50_000)) }),
  (send, key) => send("hostile", { method: "POST", path: widgets, key, body: `[${"1,".repeat(padding / 2)}1]` }),
  (send, key) => send("hostile", { method: "POST", path: widgets, key, body: create(`,"${"n".repeat(padding)}":1`) }),
  (send, key) => send("hostile", { method: "POST", path: widgets, key, body: `{"\\ud800${name()}":"\\udfff"}` }),
  (send, key) => send("hostile", { method: "POST", path: widgets, key, body: create(`,"persona":"${name()}`) }),
  (send, key) =>
    send("hostile", {
      method: "POST",
      path: "/_mock/requests/verify",
      key,
      body: { body: Object.fromEntries(Array.from({ length: 2000 }, () => [name(), "*"])) },
    }),
  (send, key) => send("hostile", { method: "POST", path: "/_mock/faults", key, body: { status: 503, times: 1 } }),
  (send, key) =>
    send("hostile", { method: "POST", path: "/_mock/webhooks", key, body: { url: `http://127.0.0.1:1/${name()}` } }),
  (send, key) =>
    send("hostile", {
      method: "POST",
      path: "/_mock/sites/change",
      key,
      body: { site_url: `https://${name()}.example` },
    }),
  (send, key) => send("hostile", { method: "GET", path: "/_mock/requests?wait_for=100000&timeout_seconds=1", key }),
];

/** Sends one of the hostile requests. */
export async function attack(send: Send, key: string): Promise<void> {
  await attacks[randomInt(attacks.length)]?.(send, key);
}

const rawTexts = [
  "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
  "\0\0\0\0\0\r\n\r\n",
  "POST /api/v1/widgets HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  `GET /${"a".repeat(40_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\n${"X-A: b\r\n".repeat(3000)}\r\n`,
  "POST /api/v1/widgets HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer sk_test_slow\r\nContent-Length: 1000\r\n\r\n{",
  "GET /_mock/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
  "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n",
  "GET /api/v1/widgets HTTP/1.1\r\nHost: a",
];

/** Sends what no client of HTTP sends, reads nothing, and leaves after a while. Broken connections are expected. */
export function sendRaw(url: string, milliseconds: number): void {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined).pause();
  socket.write(rawTexts[randomInt(rawTexts.length)] ?? "");
  setTimeout(() => socket.destroy(), milliseconds).unref();
}
