import type { Answer } from "./answer.ts";
import type { HeaderLookup } from "./exchange.ts";

/** The headers that a page of another origin may read. */
const exposedHeaders = [
  ...["Request-Id", "Widgets-Mock", "Location", "Retry-After", "Allow", "WWW-Authenticate", "Idempotency-Replayed"],
  ...["RateLimit", "RateLimit-Policy", "Preference-Applied"],
].join(", ");

const token = /^[\w!#$%&'*+.^`|~-]+$/;

/** The headers that let a page read an answer. */
export interface CorsHeaders {
  readonly "Access-Control-Allow-Origin": string;
  readonly "Access-Control-Expose-Headers": string;
  readonly "Access-Control-Allow-Credentials"?: string;
  readonly Vary?: string;
}

/** The headers where no page asks. */
export const corsForAnyone: CorsHeaders = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": exposedHeaders,
};

/**
 * The headers that let any page read an answer (Fetch standard). A page is named by its origin, because with credentials
 * (`credentials: "include"`) a browser accepts no asterisk.
 */
export function corsHeaders(header: HeaderLookup): CorsHeaders {
  const origin = header("origin");
  return origin === undefined
    ? corsForAnyone
    : { ...permission(origin), "Access-Control-Expose-Headers": exposedHeaders };
}

/** True if a browser asks whether a page may send a request. */
export function isPreflight(method: string, header: HeaderLookup): boolean {
  return method === "OPTIONS" && header("access-control-request-method") !== undefined;
}

/**
 * The answer to a CORS preflight. It permits whatever is asked for, wrong paths and methods too, so that the page can read
 * the rejection.
 * @param methods that the path takes; none for a wrong path
 */
export function preflightAnswer(header: HeaderLookup, methods: readonly string[], requestId: string): Answer {
  const wanted = header("access-control-request-method") ?? "";
  const isExtra = token.test(wanted) && !methods.includes(wanted);
  const headers: Record<string, string> = {
    ...(methods.length > 0 ? { Allow: methods.join(", ") } : {}),
    "Request-Id": requestId,
    ...permission(header("origin")),
    "Access-Control-Allow-Methods": [...methods, ...(isExtra ? [wanted] : [])].join(", "),
    "Access-Control-Allow-Headers":
      header("access-control-request-headers") ?? "Authorization, Content-Type, Idempotency-Key",
    "Access-Control-Max-Age": "600",
  };
  // Private Network Access: a public page asks before it reaches a server on this machine.
  if (header("access-control-request-private-network") !== undefined) {
    headers["Access-Control-Allow-Private-Network"] = "true";
  }
  return { status: 204, body: null, headers };
}

function permission(origin: string | undefined): Omit<CorsHeaders, "Access-Control-Expose-Headers"> {
  return origin === undefined
    ? { "Access-Control-Allow-Origin": "*" }
    : { "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", Vary: "Origin" };
}
