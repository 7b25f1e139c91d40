import { Refusal } from "../refusal.ts";
import type { Caller } from "./caller.ts";

/**
 * Protects the control plane: only programs on the mock's own machine, programs with the token and code in the mock's
 * process may use it.
 *
 * A web page may not, whatever its origin: one that resolves its own name to this machine (DNS rebinding) sends that name
 * as Host; any other sends its origin, or says by Sec-Fetch-Site that it has another one.
 * @param token what callers must send; undefined if the mock was started without
 * @param caller undefined for code in the mock's process
 * @throws Refusal for everybody else
 */
export function guard(request: Request, token: string | undefined, caller: Caller | undefined): void {
  checkOrigin(request);
  if (token !== undefined) checkToken(request.headers, token);
  else if (caller !== undefined) checkPlace(request, caller);
}

function checkPlace(request: Request, caller: Caller): void {
  if (!isOwnMachine(caller)) {
    throw new Refusal("foreign_machine", { values: { address: caller.remoteAddress ?? "another machine" } });
  }
  const hostname = URL.canParse(request.url) ? new URL(request.url).hostname : "";
  if (!isOwnName(hostname) && hostname !== caller.hostname.toLowerCase()) {
    throw new Refusal("foreign_host", { values: { host: hostname || "it names" } });
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
  const given = headers.get("control-token");
  if (given !== token) throw new Refusal(given === null ? "control_token_needed" : "control_token_wrong");
}

function isOwnMachine({ remoteAddress = "", localAddress }: Caller): boolean {
  // An IPv4 address on a socket that takes both kinds.
  const address = remoteAddress.replace(/^::ffff:/, "");
  return address.startsWith("127.") || address === "::1" || remoteAddress === localAddress;
}

/** Names that no DNS can point here on behalf of others: localhost (RFC 6761, section 6.3), and addresses. */
function isOwnName(hostname: string): boolean {
  return /^(.+\.)?localhost$/.test(hostname) || /^\d+\.\d+\.\d+\.\d+$/.test(hostname) || hostname.startsWith("[");
}
