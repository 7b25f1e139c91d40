import type { ServerResponse } from "node:http";
import { type Answer, type AnswerBody, bytesOf, type StreamedBody } from "./answer.ts";
import { dropBody } from "./receive-body.ts";
import type { SocketExchange } from "./socket-exchange.ts";

type Headers = Readonly<Record<string, string | number>>;

/** Sends an answer: one block of headers and one body. */
export function sendAnswer(exchange: SocketExchange, answer: Answer): void {
  const { response, incoming } = exchange;
  const { status, body, headers = {}, connection } = answer;
  if (connection === "reset" || (connection === "truncate" && body === null)) incoming.socket.resetAndDestroy();
  else if (typeof body === "function") {
    response.writeHead(status, headers);
    if (exchange.method === "HEAD") response.end();
    else stream(response, body);
  } else {
    const sent = body === null ? headers : { ...headers, "Content-Length": Buffer.byteLength(body) };
    sendWhole(exchange, { status, headers: sent, body: exchange.method === "HEAD" ? null : body, connection });
  }
}

interface WholeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Exclude<AnswerBody, StreamedBody>;
  readonly connection: Answer["connection"];
}

function sendWhole(exchange: SocketExchange, { status, headers, body, connection }: WholeAnswer): void {
  const { incoming, response } = exchange;
  if (connection === "truncate") {
    const bytes = bytesOf(body);
    response.writeHead(status, headers);
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
  } else if (exchange.body === "too-large") {
    response.writeHead(status, { ...headers, Connection: "close" });
    // All of it goes out at once. It is ended, which closes the connection, when the client has finished sending.
    if (body === null) response.flushHeaders();
    else response.write(body);
    dropBody(incoming, () => response.end());
  } else {
    response.writeHead(status, headers);
    response.end(body ?? undefined);
  }
}

function stream(response: ServerResponse, body: StreamedBody): void {
  let unread = 0;
  const stop = body({
    send(text) {
      unread++;
      response.write(text, () => unread--);
    },
    end: () => void response.end(),
    get unread() {
      return unread;
    },
  });
  response.once("close", stop);
}
