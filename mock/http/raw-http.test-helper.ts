import { connect, type Socket } from "node:net";

/** A response as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** The text after the head, up to the next response or the end of the connection. */
  readonly text: string;
}

/** Opens a connection that sends bytes as they are, which fetch would not. */
export function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  // A server that has sent its last response may reset the connection.
  return connect(Number(port), hostname).on("error", () => undefined);
}

/** Sends text over a new connection, and returns the responses until the other side closes it. */
export function exchange(url: string, ...parts: readonly string[]): Promise<RawAnswer[]> {
  const socket = open(url).setEncoding("utf8");
  for (const part of parts) socket.write(part);
  return new Promise((resolve) => {
    let received = "";
    socket.on("data", (text) => {
      received += text;
    });
    socket.on("close", () =>
      resolve(
        received
          .split(/(?=HTTP\/1\.1 \d{3} )/)
          .filter(Boolean)
          .map(parse),
      ),
    );
  });
}

/** A request's head, from its request line and its header fields. */
export function head(requestLine: string, ...fields: readonly string[]): string {
  return `${[`${requestLine} HTTP/1.1`, ...fields].join("\r\n")}\r\n\r\n`;
}

function parse(answer: string): RawAnswer {
  const end = answer.indexOf("\r\n\r\n");
  const [statusLine = "", ...fields] = answer.slice(0, end).split("\r\n");
  return {
    status: Number(statusLine.split(" ")[1]),
    headers: new Map(fields.map((field) => [field.replace(/:.*/, "").toLowerCase(), field.replace(/^[^:]*: */, "")])),
    text: answer.slice(end + 4),
  };
}
