import type { Answer } from "./answer.ts";

/** What a page of another origin may read besides the body. */
const exposed = [
  ...["Request-Id", "Widgets-Mock", "Location", "Retry-After", "Allow", "WWW-Authenticate", "Idempotency-Replayed"],
  ...["RateLimit", "RateLimit-Policy", "Preference-Applied"],
].join(", ");

/** A Response with what every answer carries: its name, what it leaned on, and leave for any page to read it. */
export function toResponse(answer: Answer, requestId: string, version: string): Response {
  const headers: Record<string, string> = {
    "Request-Id": requestId,
    "Widgets-Mock": answer.assumed.length > 0 ? `${version}; assumed="${answer.assumed.join(" ")}"` : version,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": exposed,
  };
  if (answer.body !== null) headers["Content-Type"] = answer.mediaType;
  return new Response(answer.body, { status: answer.status, headers: Object.assign(headers, answer.headers) });
}

/** The connection breaks on purpose before an answer: what fetch throws then, and what a port acts out. */
export class ConnectionReset extends TypeError {
  readonly code = "ECONNRESET";

  constructor() {
    super("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) });
  }
}

/** A Response whose connection breaks when half of its body has been read. */
export interface TruncatedResponse extends Response {
  /** What is sent before it breaks. */
  readonly half: Uint8Array;
}

/** Whether a Response is to break in the middle: a port does that by itself. */
export function isTruncated(response: Response): response is TruncatedResponse {
  return "half" in response;
}

/**
 * Lets a Response break in the middle of its body.
 * @throws ConnectionReset where there is no body to break
 */
export function truncated(response: Response, body: Answer["body"]): TruncatedResponse {
  if (body === null) throw new ConnectionReset();
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : (body ?? new Uint8Array());
  const half = bytes.slice(0, Math.floor(bytes.length / 2));
  let isSent = half.length === 0;
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isSent) return controller.error(new ConnectionReset());
      isSent = true;
      controller.enqueue(half);
    },
  });
  const headers = new Headers(response.headers);
  headers.set("Content-Length", String(bytes.length));
  return Object.assign(new Response(broken, { status: response.status, headers }), { half });
}

/** The answer to a browser that asks what it may send (Fetch standard, CORS preflight). */
export function preflight(headers: Headers, methods: readonly string[], requestId: string): Response {
  const allow = methods.join(", ");
  return new Response(null, {
    status: 204,
    headers: {
      Allow: allow,
      "Request-Id": requestId,
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Allow-Methods": allow,
      "Access-Control-Allow-Headers":
        headers.get("access-control-request-headers") ?? "Authorization, Content-Type, Idempotency-Key",
      "Access-Control-Max-Age": "600",
      // A page on the web asks once more before it may reach a server on this machine.
      ...(headers.has("access-control-request-private-network")
        ? { "Access-Control-Allow-Private-Network": "true" }
        : {}),
    },
  });
}
