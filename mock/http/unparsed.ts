import { type IncomingMessage, METHODS, maxHeaderSize, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { MockCore } from "../core.ts";
import { Refusal } from "../refusal.ts";
import { type Answer, bytesOf } from "./answer.ts";
import { noBody } from "./exchange.ts";

/** The error of Node's parser. */
export interface Unparsed extends NodeJS.ErrnoException {
  /** What came, from where the parser began. */
  readonly rawPacket?: Buffer;
  readonly reason?: string;
}

/** A client that has been refused has so long to read why, in real time. */
const maxIdleMs = 1000;
const firstByteOfTls = 0x16;

const refused = new WeakSet<Socket>();

/** Refuses what Node cannot parse, with a problem document and an entry in the log, and closes the connection. */
export function refuseUnparsed(core: MockCore, error: Unparsed, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  // The parser complains of each packet that follows.
  if (refused.has(socket)) return;
  refused.add(socket);
  const [, method = "-", sent = "-"] = /^([\w!#$%&'*+.^`|~-]+) (\S+)/.exec(startOf(error)) ?? [];
  const path = sent.replace(/\?.*/s, "");
  const target = { method, origin: "", path, search: "" };
  const exchange = { ...target, header: () => undefined, rawHeaders: [], body: noBody };
  socket.end(written(core.refuse(exchange, refusalOf(error, method))));
  socket.setTimeout(maxIdleMs, () => socket.destroy());
}

/** The error for a request for a tunnel, which Node hands over without an answer. */
export function tunnelError({ method, url }: IncomingMessage): Unparsed {
  const rawPacket = Buffer.from(`${method} ${url}`);
  return Object.assign(new Error(), { rawPacket, reason: "CONNECT is for proxies, which the mock is not" });
}

function refusalOf(error: Unparsed, method: string): Refusal {
  switch (error.code) {
    case "HPE_HEADER_OVERFLOW":
      return new Refusal("headers_too_large", { values: { limit: String(maxHeaderSize) } });
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new Refusal("request_timeout");
    default:
      return new Refusal("malformed_request", { values: { reason: reasonOf(error, method) } });
  }
}

function reasonOf(error: Unparsed, method: string): string {
  if (error.rawPacket?.[0] === firstByteOfTls) return "it is TLS, and the mock speaks http. Use http:// in its URL.";
  const upper = method.toUpperCase();
  if (method !== upper && METHODS.includes(upper)) {
    return `the method is ${method}, and methods are upper case. Send ${upper}.`;
  }
  return `${(error.reason ?? error.message).replace(/^Parse Error: /, "").replace(/\.$/, "")}.`;
}

/** Its first line, and no more than can be shown. */
function startOf({ rawPacket }: Unparsed): string {
  return rawPacket?.subarray(0, 2048).toString("latin1") ?? "";
}

/** The bytes of an answer that no request waits for. */
function written({ status, headers, body }: Answer): Buffer {
  const bytes = typeof body === "function" ? new Uint8Array() : bytesOf(body);
  const fields = { ...headers, Connection: "close", "Content-Length": bytes.length };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const start = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n`;
  return Buffer.concat([Buffer.from(start, "latin1"), bytes]);
}
