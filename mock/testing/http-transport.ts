import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";

/** What is sent: takes the place of the global `Request`, which a test or a simulated browser may replace. */
export class HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal | undefined;

  constructor(url: string, { method = "GET", headers, body, signal }: RequestInit = {}) {
    this.url = url;
    this.method = method;
    this.headers = Object.fromEntries(headers as Headers);
    this.body = typeof body === "string" ? body : "";
    this.signal = signal ?? undefined;
  }
}

/** What came back, as far as a client of the control plane reads it. */
export interface HttpResponse {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: { readonly get: (name: string) => string | null };
  readonly body: IncomingMessage;
  text(): Promise<string>;
  json(): Promise<unknown>;
}

/** Sends a request with Node's own HTTP, never the global `fetch`. */
export function sendRequest({ url, method, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
  const send = url.startsWith("https:") ? requestHttps : requestHttp;
  const sent = { ...headers, "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const outgoing = send(url, { method, headers: sent, ...(signal ? { signal } : {}) }, (incoming) => {
      const status = incoming.statusCode ?? 0;
      resolve({
        status,
        ok: status >= 200 && status < 300,
        headers: { get: (name) => incoming.headers[name.toLowerCase()]?.toString() ?? null },
        body: incoming,
        text: () => text(incoming),
        json: async () => JSON.parse(await text(incoming)),
      });
    });
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}
