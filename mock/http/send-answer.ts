import type { ServerResponse } from "node:http";
import { type Answer, type AnswerBody, bytesOf, type StreamedBody } from "./answer.ts";
import { dropBody } from "./receive-body.ts";
import type { SocketExchange } from "./socket-exchange.ts";

/** Sends an answer: one block of headers and one body. */
export function sendAnswer(exchange: SocketExchange, answer: Answer): void {
  const { response, incoming } = exchange;
  const { status, body, headers, connection } = answer;
  const fields = fieldsOf(headers);
  if (connection === "reset" || (connection === "truncate" && body === null)) incoming.socket.resetAndDestroy();
  else if (typeof body === "function") {
    response.writeHead(status, fields);
    if (exchange.method === "HEAD") response.end();
    else stream(response, body);
  } else sendWhole(exchange, { status, fields, body, connection });
}

/** Names and values in turns, which Node takes without a look at anything else. */
function fieldsOf(headers: Answer["headers"]): (string | number)[] {
  const fields: (string | number)[] = [];
  for (const name in headers) fields.push(name, headers[name] ?? "");
  return fields;
}

interface WholeAnswer {
  readonly status: number;
  readonly fields: (string | number)[];
  readonly body: Exclude<AnswerBody, StreamedBody>;
  readonly connection: Answer["connection"];
}

function sendWhole(exchange: SocketExchange, { status, fields, body, connection }: WholeAnswer): void {
  const { incoming, response, method } = exchange;
  const length = body === null ? 0 : Buffer.byteLength(body);
  if (body !== null) fields.push("Content-Length", length);
  const sent = method === "HEAD" ? null : body;
  if (connection === "truncate") {
    const bytes = bytesOf(sent);
    response.writeHead(status, fields);
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
  } else if (exchange.hasUnreadBody) {
    if (!fields.includes("Connection")) fields.push("Connection", "close");
    response.writeHead(status, fields);
    // All of it goes out at once. It is ended, which closes the connection, when the client has finished sending.
    if (sent === null) response.flushHeaders();
    else response.write(sent);
    dropBody(incoming, () => response.end());
  } else {
    response.writeHead(status, fields);
    if (sent !== null) writeAtOnce(response, sent, length);
    response.end();
  }
}

/**
 * Writes a body together with the headers. Node would hold both back until the end, and then send nothing behind them with
 * `writev`, which takes longer.
 */
function writeAtOnce(response: ServerResponse, body: string | Uint8Array, length: number): void {
  // As many bytes as characters: all of them are ASCII, and need not be encoded.
  if (body.length === length && typeof body === "string") response.write(body, "latin1");
  else response.write(body);
  response.socket?.uncork();
}

function stream(response: ServerResponse, body: StreamedBody): void {
  const stop = body({
    send: (text) => void response.write(text),
    end: () => void response.end(),
    cut: () => void response.destroy(),
    get unreadBytes() {
      return response.writableLength;
    },
    drained: () => new Promise((resolve) => response.once("drain", resolve)),
  });
  response.once("close", stop);
}
