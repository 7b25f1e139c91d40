import type { Caller } from "../http/caller.ts";
import type { ExchangeHead } from "../http/exchange.ts";
import { Refusal } from "../refusal.ts";

/**
 * Protects the control plane: only programs on the mock's own machine, programs with the token and code in the mock's
 * process may use it.
 *
 * A web page may not, whatever its origin: one that resolves its own name to this machine (DNS rebinding) sends that name
 * as Host; any other sends its origin, or says by Sec-Fetch-Site that it has another one.
 *
 * A reverse proxy on this machine calls on behalf of anybody, so what came through one needs the token as well.
 * @param token what callers must send; undefined if the mock was started without
 * @throws Refusal for everybody else
 */
export function guard(exchange: ExchangeHead, token: string | undefined): void {
  const { caller } = exchange;
  checkOrigin(exchange);
  if (token !== undefined) checkToken(exchange, token);
  // Code in the mock's own process has no caller.
  else if (caller !== undefined) checkPlace(exchange, caller);
}

/** True for those whom the guard lets pass. */
export function isAdmitted(exchange: ExchangeHead, token: string | undefined): boolean {
  try {
    guard(exchange, token);
    return true;
  } catch {
    return false;
  }
}

/**
 * Protects the files of the console. They hold nothing of the mock, so whoever has a token to give may load them: the page
 * then asks for it. A link from another page may lead to them; another page may not load them.
 * @param token what callers of the control plane must send
 * @throws Refusal for other machines without a token to give, and for pages of other origins
 */
export function guardPage(exchange: ExchangeHead, token: string | undefined): void {
  const { caller, header } = exchange;
  const isVisit = header("sec-fetch-mode") === "navigate" && header("sec-fetch-dest") === "document";
  if (!isVisit) checkOrigin(exchange);
  if (token === undefined && caller !== undefined) checkPlace(exchange, caller);
}

/** Headers that reverse proxies and tunnels add (RFC 7239, RFC 9110, section 7.6.3, and what was used before them). */
const proxyHeaders = [
  ...["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port"],
  ...["x-forwarded-server", "x-forwarded-by", "x-forwarded-prefix", "x-original-forwarded-for", "x-real-ip"],
  ...["cf-connecting-ip", "true-client-ip"],
];

/** What shows that a request came through a proxy. One that adds no header may still speak HTTP/1.0, as nginx does. */
function signOfProxy({ header }: ExchangeHead, { httpVersion }: Caller): string | undefined {
  const found = proxyHeaders.find((name) => header(name) !== undefined);
  if (found !== undefined) return `it has the header ${found}`;
  return httpVersion === "1.0" ? "it is HTTP/1.0" : undefined;
}

function checkPlace(exchange: ExchangeHead, caller: Caller): void {
  const { origin } = exchange;
  const sign = signOfProxy(exchange, caller);
  if (sign !== undefined) throw new Refusal("through_proxy", { values: { sign } });
  if (!isOwnMachine(caller)) {
    throw new Refusal("foreign_machine", { values: { address: caller.remoteAddress ?? "another machine" } });
  }
  const hostname = URL.canParse(origin) ? new URL(origin).hostname : "";
  if (!isOwnName(hostname) && hostname !== caller.hostname.toLowerCase()) {
    throw new Refusal("foreign_host", { values: { host: hostname || "it names" } });
  }
}

function checkOrigin({ header, origin: address }: ExchangeHead): void {
  const origin = header("origin");
  const own = URL.canParse(address) ? new URL(address).origin : undefined;
  if (origin !== undefined && origin !== own) throw new Refusal("foreign_origin", { values: { origin } });
  const site = header("sec-fetch-site") ?? "none";
  if (site !== "none" && site !== "same-origin") {
    throw new Refusal("foreign_origin", { values: { origin: "another origin" } });
  }
}

function checkToken({ header }: ExchangeHead, token: string): void {
  const given = header("control-token");
  if (given !== token) throw new Refusal(given === undefined ? "control_token_needed" : "control_token_wrong");
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
