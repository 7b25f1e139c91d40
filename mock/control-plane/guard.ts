import type { Engine } from "../engine.ts";
import type { Caller } from "../http/caller.ts";
import type { ExchangeHead } from "../http/exchange.ts";
import { Refusal } from "../refusal.ts";
import type { Access } from "./access.ts";

/** The parts of a mock that its guard looks at. */
type Guarded = Pick<Engine, "authenticate" | "controlToken" | "keyPolicy" | "organizations" | "reach">;

/**
 * Protects the control plane: only programs on the mock's own machine, programs with the token or a key, and code in the
 * mock's process may use it.
 *
 * A web page may not, whatever its origin: one that resolves its own name to this machine (DNS rebinding) sends that name
 * as Host; any other sends its origin, or says by Sec-Fetch-Site that it has another one.
 *
 * A reverse proxy on this machine calls on behalf of anybody, so what came through one needs the token or a key as well.
 * @returns what the caller may use
 * @throws Refusal for those who may use nothing
 */
export function guard(engine: Guarded, exchange: ExchangeHead): Exclude<Access, "anyone"> {
  const { caller, header } = exchange;
  const { controlToken: token } = engine;
  checkOrigin(exchange);
  if (token !== undefined && header("control-token") === undefined && hasKey(engine, exchange)) return "organization";
  if (token !== undefined) checkToken(exchange, token);
  // Code in the mock's own process has no caller.
  else if (caller !== undefined) {
    try {
      checkPlace(engine, exchange, caller);
    } catch (error) {
      if (hasKey(engine, exchange)) return "organization";
      throw error;
    }
  }
  return "admin";
}

/** What a caller may use of the control plane; undefined for those whom the guard rejects. */
export function accessOf(engine: Guarded, exchange: ExchangeHead): Access | undefined {
  try {
    return guard(engine, exchange);
  } catch {
    return undefined;
  }
}

/**
 * True for a key that opens its organization's part of the control plane from anywhere: one that somebody was given, or any
 * key where the mock was told to accept all of them from other machines.
 * @throws Refusal for a key that is unknown or revoked, where not every key is accepted
 */
function hasKey({ authenticate, keyPolicy, reach }: Guarded, { header }: ExchangeHead): boolean {
  if (header("authorization") === undefined) return false;
  if (!keyPolicy.isOpen) return authenticate(header).isGiven;
  try {
    return authenticate(header).isGiven || reach.isPublic;
  } catch {
    return false;
  }
}

/**
 * Protects the files of the console. They hold nothing of the mock, so whoever may have a token or a key to give may load
 * them: the page then asks for it. A link from another page may lead to them; another page may not load them.
 * @throws Refusal for other machines that have nothing to give, and for pages of other origins
 */
export function guardPage(engine: Guarded, exchange: ExchangeHead): void {
  const { caller, header } = exchange;
  const isVisit = header("sec-fetch-mode") === "navigate" && header("sec-fetch-dest") === "document";
  if (!isVisit) checkOrigin(exchange);
  const { controlToken, keyPolicy, organizations, reach } = engine;
  const areKeysGiven = keyPolicy.keys !== undefined || organizations.size > 0 || reach.isPublic;
  if (controlToken === undefined && !areKeysGiven && caller !== undefined) checkPlace(engine, exchange, caller);
}

/** Headers that reverse proxies and tunnels add (RFC 7239, RFC 9110, section 7.6.3, and what is used instead of them). */
const proxyHeader =
  /^(forwarded|via|x-([a-z]+-)?forwarded(-.*)?|x-real-ip|x-envoy-.*|([a-z]+-)*(client|connecting)-ip)$/i;

/** What shows that a request came through a proxy. One that adds no header may still speak HTTP/1.0, as nginx does. */
function signOfProxy({ rawHeaders }: ExchangeHead, { httpVersion }: Caller): string | undefined {
  const found = rawHeaders.find((name, index) => index % 2 === 0 && proxyHeader.test(name));
  if (found !== undefined) return `it has the header ${found.toLowerCase()}`;
  return httpVersion === "1.0" ? "it is HTTP/1.0" : undefined;
}

function checkPlace({ reach }: Guarded, exchange: ExchangeHead, caller: Caller): void {
  const { origin } = exchange;
  // Behind a proxy that is trusted, everybody seems to call from it.
  if (reach.trustsProxy) throw new Refusal("token_or_key_needed");
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
