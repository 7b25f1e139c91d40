import { isOnThisMachine, type Target } from "../target.ts";
import { connectTimeoutMs } from "./connection.ts";

/** Where no answer came. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  /** The code of what went wrong, such as ECONNREFUSED; "" where it has none. */
  readonly code: string;
  /** Whether the request may have reached the server: if not, nothing happened there. */
  readonly isSent: boolean;

  constructor(cause: unknown, isSent: boolean) {
    const error = innermost(cause);
    super(`${error.message || "no answer"}`, { cause: error });
    this.code = error.code ?? "";
    this.isSent = isSent;
  }
}

/** A reason of our own why no answer came. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  readonly code: "TIMEOUT" | "STOPPED";

  constructor(code: NoAnswerError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** What is wrong with the way to a server, and what to do. */
export interface ConnectionProblem {
  readonly problem: string;
  readonly advice: string;
}

interface SystemError extends Error {
  readonly code?: string;
  readonly hostname?: string;
  readonly port?: number;
}

/** The error that others only wrap, or of several tries the first one. */
function innermost(error: unknown): SystemError {
  if (!(error instanceof Error)) return new Error(String(error));
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? innermost(inner) : error;
}

/** Whether the same request may well be answered the next time. */
export function mayBeChance({ code }: HttpError): boolean {
  return /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|EAI_AGAIN)$/.test(code);
}

/** Who could not be reached, by what is known of the error. */
interface Attempt {
  readonly code: string;
  readonly message: string;
  /** Host and port of whoever was called, in words. */
  readonly whom: string;
  readonly name: string;
  readonly isProxy: boolean;
  readonly isTls: boolean;
}

/** Explains by its cause why a target could not be reached. */
export function connectionProblem({ code, message, cause }: HttpError, target: Target): ConnectionProblem {
  const url = new URL(target.baseUrl);
  const { hostname, port } = cause as SystemError;
  const proxy = proxiesOf(target).find((one) =>
    hostname === undefined ? port === portOf(one) && port !== portOf(url) : one.hostname === hostname,
  );
  const whom = proxy ? `the proxy ${proxy.host}` : `${url.hostname}:${portOf(url)}`;
  const isTls = url.protocol === "https:";
  const attempt = { code, message, whom, name: hostname ?? url.hostname, isProxy: proxy !== undefined, isTls };
  const explain = explanations.find(([codes]) => codes.test(code))?.[1];
  if (explain) return explain(attempt);
  const isCut = !isTls && /^(UND_ERR_SOCKET|ECONNRESET|HPE_INVALID\w*)$/.test(code);
  return (
    tlsProblem(attempt) ?? {
      problem: `no answer from ${whom}: ${message}`,
      advice: isCut
        ? "The server may speak TLS at this port: try https:// as the scheme. Else check that it is up."
        : "Check that it is up, and try it with curl.",
    }
  );
}

/** Problems besides those of TLS, by the codes of their errors. */
const explanations: readonly (readonly [RegExp, (attempt: Attempt) => ConnectionProblem])[] = [
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    ({ name, code, isProxy }) =>
      isProxy
        ? {
            problem: `the name of the proxy, ${name}, was not found (${code})`,
            advice: "Check --proxy, or HTTPS_PROXY.",
          }
        : {
            problem: `the name ${name} was not found (${code})`,
            advice: "Check the base URL. A name that only some networks know may need a VPN, --proxy or --resolve.",
          },
  ],
  [
    /^ECONNREFUSED$/,
    ({ whom, isProxy }) => ({
      problem: `${whom} refused the connection`,
      advice: isProxy ? "Check --proxy, or HTTPS_PROXY." : "Check that it runs, and the port.",
    }),
  ],
  [
    /^(UND_ERR_CONNECT_TIMEOUT|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/,
    ({ whom, code }) => ({
      problem: `no connection to ${whom} within ${connectTimeoutMs / 1000} s (${code})`,
      advice: "A firewall may be between; try a VPN or --proxy.",
    }),
  ],
  [
    /^UND_ERR_ABORTED$/,
    ({ whom, message }) => {
      const status = /\((\d{3})\)/.exec(message)?.[1] ?? "no success";
      const advice =
        status === "407"
          ? "Give its user and password with --proxy: they stand before the host, with an @ between."
          : "Ask who runs it.";
      return { problem: `the proxy refused to connect to ${whom}: it answered ${status}`, advice };
    },
  ],
];

/** What to do about an error of TLS, by its code. */
const tlsAdvice: readonly (readonly [RegExp, string])[] = [
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT\w*))$/,
    "If a private authority signed its certificate, give that authority's with --ca <pem>.",
  ],
  [/ALTNAME_INVALID$/, "Use a name that the certificate is for, with --resolve if DNS does not know it."],
  [/^CERT_/, "Renew the certificate, or try with --insecure."],
  [
    /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA|^UND_ERR_SOCKET$|^ECONNRESET$/,
    "The server may want a client certificate: --client-cert <pem> --client-key <pem>.",
  ],
  [/^EPROTO$|^ERR_SSL/, "The server may speak plain HTTP at this port: try http:// as the scheme."],
];

function tlsProblem({ code, message, whom, isTls }: Attempt): ConnectionProblem | undefined {
  const advice = isTls ? tlsAdvice.find(([codes]) => codes.test(code))?.[1] : undefined;
  // OpenSSL says where in its source it was, too.
  const reason = /:SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message;
  const problem = `TLS with ${whom} failed: ${reason}${reason.includes(code) ? "" : ` (${code})`}`;
  return advice === undefined ? undefined : { problem, advice };
}

/** The proxy that answers for a server without TLS whatever it refuses, where there may be one. */
export function proxyBefore(target: Target): string | undefined {
  if (new URL(target.baseUrl).protocol === "https:") return undefined;
  const isAsked = !isOnThisMachine(target) || target.connection?.proxy !== undefined;
  return isAsked ? proxiesOf(target)[0]?.host : undefined;
}

/** The proxies that may be on the way to a target. */
function proxiesOf({ connection = {} }: Target): URL[] {
  const { HTTPS_PROXY, HTTP_PROXY, https_proxy = HTTPS_PROXY, http_proxy = HTTP_PROXY } = process.env;
  return [connection.proxy, https_proxy, http_proxy].flatMap((one) =>
    one !== undefined && URL.canParse(one) ? [new URL(one)] : [],
  );
}

function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === "https:" ? 443 : 80);
}
