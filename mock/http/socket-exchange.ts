import type { IncomingMessage, ServerResponse } from "node:http";
import type { Address } from "./address.ts";
import type { Caller } from "./caller.ts";
import { type HeaderLookup, isBodyStream, type MockExchange, noBody, type RequestBody } from "./exchange.ts";

/** What was found out about a request. */
interface RequestLine {
  readonly method: string;
  /** Undefined if it is not valid. */
  readonly address: Address | undefined;
  /** The host name that the mock listens on. */
  readonly host: string;
}

/** A request on a socket. What few requests need is read only when it is asked for. */
export class SocketExchange implements MockExchange {
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  readonly search: string;
  readonly header: HeaderLookup;
  body: RequestBody = noBody;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly #host: string;
  #gone: AbortController | undefined;

  constructor(incoming: IncomingMessage, response: ServerResponse, { method, address, host }: RequestLine) {
    const { headers } = incoming;
    this.method = method;
    this.origin = address?.origin ?? "";
    this.path = address?.path ?? (incoming.url ?? "").replace(/\?.*/s, "");
    this.search = address?.search ?? "";
    this.header = (name) => headers[name]?.toString();
    this.incoming = incoming;
    this.response = response;
    this.#host = host;
  }

  get caller(): Caller {
    const { socket, httpVersion } = this.incoming;
    const { remoteAddress, localAddress } = socket;
    return { remoteAddress, localAddress, hostname: this.#host, httpVersion };
  }

  get rawHeaders(): readonly string[] {
    return this.incoming.rawHeaders;
  }

  /** True if the client may still be sending a body that nobody reads any more. */
  get hasUnreadBody(): boolean {
    return this.body === "too-large" || (isBodyStream(this.body) && !this.incoming.readableEnded);
  }

  get signal(): AbortSignal {
    if (!this.#gone) {
      const gone = new AbortController();
      this.#gone = gone;
      this.response.once("close", () => gone.abort());
    }
    return this.#gone.signal;
  }
}
