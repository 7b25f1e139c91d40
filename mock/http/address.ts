/** What a request was sent to. */
export interface Address {
  readonly origin: string;
  readonly path: string;
  /** With its question mark, or an empty string. */
  readonly search: string;
}

/** Hosts and targets that are the same after `new URL` has normalized them. */
const plainHost = /^[a-z0-9._-]+(?::(?:[1-5]\d{3,4}|[6-9]\d{3}))?$/;
const plainTarget = /^\/[!$&-;=?-[\]_a-z~]*$/;

/**
 * Reads the address in a request's Host header and its target, which may be a whole URL (RFC 9112, section 3.2).
 * @returns undefined if they are not a valid address
 */
export function addressOf(host: string, target: string): Address | undefined {
  const origin = host === lastPlainHost ? lastOrigin : originOfPlain(host);
  if (origin !== undefined && plainTarget.test(target) && !target.includes("/.")) return splitTarget(origin, target);
  if (host === "" || hasBackslash(target)) return undefined;
  const isWhole = /^https?:\/\//i.test(target);
  if (!isWhole && !target.startsWith("/")) return undefined;
  const url = parseUrl(isWhole ? target : `http://${host}${target}`);
  if (!url || (!isWhole && !isSameHost(url, host))) return undefined;
  return { origin: url.origin, path: url.pathname, search: url.search };
}

/** Nearly every request names the same host as the one before. */
let lastPlainHost = "";
let lastOrigin: string | undefined;

function originOfPlain(host: string): string | undefined {
  if (!plainHost.test(host)) return undefined;
  lastPlainHost = host;
  lastOrigin = `http://${host}`;
  return lastOrigin;
}

/** The address of a request that came by TLS. */
export function secureAddress(address: Address): Address {
  return { ...address, origin: new URL(address.origin.replace(/^http:/, "https:")).origin };
}

/** The address that a proxy was called by, as it says; of several proxies, the one nearest to the mock is believed. */
export function forwardedAddress(address: Address, headers: Readonly<Record<string, unknown>>): Address {
  const { protocol, host } = new URL(address.origin);
  const said = (name: string) =>
    String(headers[name] ?? "")
      .split(",")
      .at(-1)
      ?.trim()
      .toLowerCase();
  const scheme = said("x-forwarded-proto") || protocol.slice(0, -1);
  const name = said("x-forwarded-host") || host;
  const origin = `${scheme}://${name}`;
  const isValid = /^https?:\/\/[^/?#@\\]+$/.test(origin) && URL.canParse(origin);
  return isValid ? { ...address, origin: new URL(origin).origin } : address;
}

/** Reads the address in the URL of a Fetch `Request`, which is normalized. */
export function addressOfUrl(url: string): Address {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const hash = url.indexOf("#", start);
  return splitTarget(url.slice(0, start), hash === -1 ? url.slice(start) : url.slice(start, hash));
}

function splitTarget(origin: string, target: string): Address {
  const search = target.indexOf("?");
  return search === -1
    ? { origin, path: target, search: "" }
    : { origin, path: target.slice(0, search), search: target.slice(search) };
}

function hasBackslash(target: string): boolean {
  return (target.split("?")[0] ?? "").includes("\\");
}

/** False for a Host header that holds more than a host and a port, such as a path or a user. */
function isSameHost({ hostname }: URL, host: string): boolean {
  return hostname.length === host.length || hostname === host.replace(/:\d+$/, "").toLowerCase();
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
