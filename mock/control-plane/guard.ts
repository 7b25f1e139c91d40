import { Refusal } from "../refusal.ts";
import type { Caller } from "./caller.ts";

/**
 * Keeps the control plane for those it is meant for: programs on the mock's own machine, programs that have the token,
 * and code in the mock's process.
 *
 * A page in a browser is none of them, whatever its origin: one that lets its own name lead to this machine (DNS
 * rebinding) sends that name as Host; any other sends its origin, or says by Sec-Fetch-Site that it has another one.
 * @param token what callers must have; undefined where the mock was started without
 * @param caller undefined for code in the mock's process
 * @throws Refusal for anybody else
 */
export function guard(request: Request, token: string | undefined, caller: Caller | undefined): void {
  checkOrigin(request);
  if (token !== undefined) checkToken(request.headers, token);
  else if (caller !== undefined) checkPlace(request, caller);
}

function checkPlace(request: Request, caller: Caller): void {
  if (!isOwnMachine(caller)) {
    throw new Refusal("foreign_machine", { values: { address: caller.remoteAddress ?? "elsewhere" } });
  }
  const hostname = URL.canParse(request.url) ? new URL(request.url).hostname : "";
  if (!isOwnName(hostname) && hostname !== caller.hostname.toLowerCase()) {
    throw new Refusal("foreign_host", { values: { host: hostname || "that it names" } });
  }
}

function checkOrigin({ headers, url }: Request): void {
  const origin = headers.get("origin");
  const own = URL.canParse(url) ? new URL(url).origin : undefined;
  if (origin !== null && origin !== own) throw new Refusal("foreign_origin", { values: { origin } });
  const site = headers.get("sec-fetch-site") ?? "none";
  if (site !== "none" && site !== "same-origin") {
    throw new Refusal("foreign_origin", { values: { origin: "another origin" } });
  }
}

function checkToken(headers: Headers, token: string): void {
  if (headers.get("control-token") !== token) throw new Refusal("control_token_needed");
}

function isOwnMachine({ remoteAddress = "", localAddress }: Caller): boolean {
  // An IPv4 address on a socket that takes both kinds.
  const address = remoteAddress.replace(/^::ffff:/, "");
  return address.startsWith("127.") || address === "::1" || remoteAddress === localAddress;
}

/** Names that no DNS can lead here under another's: localhost (RFC 6761, section 6.3), and addresses. */
function isOwnName(hostname: string): boolean {
  return /^(.+\.)?localhost$/.test(hostname) || /^\d+\.\d+\.\d+\.\d+$/.test(hostname) || hostname.startsWith("[");
}
