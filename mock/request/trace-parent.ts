import type { HeaderLookup } from "../http/exchange.ts";

/**
 * W3C Trace Context, section 3.2: version, trace id, parent id and flags, none of them all zeros. What later versions add
 * stands behind; version 00 has nothing there, and ff is none.
 */
const valid = /^(?!ff|00-.{53})[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-[!-~]{0,144})?$/;

/** The `traceparent` of a request; undefined without one, and for an invalid one, which is ignored as the standard says. */
export function traceParentOf(header: HeaderLookup): string | undefined {
  const given = header("traceparent");
  return given !== undefined && valid.test(given) ? given : undefined;
}
