import { createSecureContext, rootCertificates } from "node:tls";
import type { Dispatcher } from "undici";
import { defined } from "../defined.ts";

/** How a server is reached; every member has a default. */
export interface Connection {
  /** URL of the proxy for every request; by default HTTPS_PROXY, HTTP_PROXY and NO_PROXY choose one. */
  readonly proxy?: string;
  /** Certificates (PEM) of authorities that are trusted besides the public ones. */
  readonly ca?: string;
  /** Certificate of the client and its key (PEM). */
  readonly clientCert?: string;
  readonly clientKey?: string;
  /** Accepts any certificate of the server. */
  readonly isInsecure?: boolean;
  /** Addresses that take the place of DNS. A host that has one is reached without a proxy. */
  readonly resolve?: readonly ResolvedHost[];
  readonly userAgent?: string;
  /** The same as options of curl, for commands that are shown. */
  readonly curlOptions?: string;
}

/** The address of a host at one port, as in curl's `--resolve`. */
export interface ResolvedHost {
  readonly host: string;
  readonly port: number;
  readonly address: string;
}

/** How long it may take to connect, in milliseconds. */
export const connectTimeoutMs = 10_000;

/**
 * What sends requests over a connection. It is composed of nothing that would repeat, redirect, cache or decompress: each
 * request is one exchange on the wire.
 * @param isNear whether the server is on this machine, where variables of the environment name no proxy for it
 */
export async function dispatcherOf(connection: Connection, isNear: boolean): Promise<Dispatcher> {
  // Loaded only where there is a call to make.
  const { Agent, EnvHttpProxyAgent, ProxyAgent, buildConnector } = await import("undici");
  const { proxy, ca, clientCert, clientKey, isInsecure, resolve = [] } = connection;
  // Certificates are read once, and not for each socket: the public ones take 20 ms of processor time.
  const authorities = ca === undefined ? undefined : [...rootCertificates, ca];
  const tlsWith = (identity: { readonly cert?: string; readonly key?: string }) => ({
    secureContext: createSecureContext(defined({ ca: authorities, ...identity })),
    ...defined({ rejectUnauthorized: isInsecure ? false : undefined }),
    timeout: connectTimeoutMs,
  });
  const tls = tlsWith(defined({ cert: clientCert, key: clientKey }));
  const connector = buildConnector(tls);
  const connect: typeof connector = (options, callback) => {
    const port = Number(options.port) || (options.protocol === "https:" ? 443 : 80);
    const found = resolve.find((one) => one.host === options.hostname.toLowerCase() && one.port === port);
    connector(found ? { ...options, hostname: found.address } : options, callback);
  };
  // Time is kept for the whole answer, by the client.
  const timeouts = { headersTimeout: 0, bodyTimeout: 0 };
  // To a server without TLS a proxy gets whole addresses, as every proxy knows them, and no tunnel.
  const forProxies = { ...timeouts, requestTls: tls, proxyTls: tlsWith({}), proxyTunnel: false };
  if (proxy !== undefined) return new ProxyAgent({ ...forProxies, uri: proxy });
  if (isNear || resolve.length > 0) return new Agent({ ...timeouts, connect });
  return new EnvHttpProxyAgent({ ...forProxies, connect });
}
