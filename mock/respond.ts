import type { ApiResponse } from "./api-response.ts";

/** The headers that a page of another origin may read. */
const exposedHeaders = [
  ...["Request-Id", "Widgets-Mock", "Location", "Retry-After", "Allow", "WWW-Authenticate", "Idempotency-Replayed"],
  ...["RateLimit", "RateLimit-Policy", "Preference-Applied"],
].join(", ");

/** Makes a Response with the headers that all have: its id, its assumptions, and permission for any page to read it. */
export function toResponse(response: ApiResponse, requestId: string, version: string): Response {
  const headers: Record<string, string> = {
    "Request-Id": requestId,
    "Widgets-Mock": response.assumed.length > 0 ? `${version}; assumed="${response.assumed.join(" ")}"` : version,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": exposedHeaders,
  };
  if (response.body !== null) headers["Content-Type"] = response.mediaType;
  return new Response(response.body, { status: response.status, headers: Object.assign(headers, response.headers) });
}

/** The response to a CORS preflight (Fetch standard). */
export function preflightResponse(headers: Headers, methods: readonly string[], requestId: string): Response {
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
      // Private Network Access: a public page asks before it reaches a server on this machine.
      ...(headers.has("access-control-request-private-network")
        ? { "Access-Control-Allow-Private-Network": "true" }
        : {}),
    },
  });
}
