import type { ApiResponse } from "../api-response.ts";

/** Thrown when a fault breaks the connection before the response, as fetch does. A server resets its socket for it. */
export class ConnectionReset extends TypeError {
  readonly code = "ECONNRESET";

  constructor() {
    super("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) });
  }
}

/** A Response whose connection breaks halfway through its body. */
export interface TruncatedResponse extends Response {
  /** The bytes sent before it breaks. */
  readonly half: Uint8Array;
}

export function isTruncated(response: Response): response is TruncatedResponse {
  return "half" in response;
}

/**
 * Makes a Response break halfway through its body.
 * @throws ConnectionReset if there is no body
 */
export function truncateResponse(response: Response, body: ApiResponse["body"]): TruncatedResponse {
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
