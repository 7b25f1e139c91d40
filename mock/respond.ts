import type { ApiResponse } from "./api-response.ts";

/** What a page of another origin may read besides the body. */
const exposed = [
  ...["Request-Id", "Widgets-Mock", "Location", "Retry-After", "Allow", "WWW-Authenticate", "Idempotency-Replayed"],
  ...["RateLimit", "RateLimit-Policy", "Preference-Applied"],
].join(", ");

/** A Response with what every answer carries: its name, what it leaned on, and leave for any page to read it. */
export function toResponse(answer: ApiResponse, requestId: string, version: string): Response {
  const headers: Record<string, string> = {
    "Request-Id": requestId,
    "Widgets-Mock": answer.assumed.length > 0 ? `${version}; assumed="${answer.assumed.join(" ")}"` : version,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": exposed,
  };
  if (answer.body !== null) headers["Content-Type"] = answer.mediaType;
  return new Response(answer.body, { status: answer.status, headers: Object.assign(headers, answer.headers) });
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
