/** The parts of an error of Node's or undici's that say what went wrong. */
interface Failure {
  readonly message?: string;
  readonly code?: string;
  readonly name?: string;
  /** What each address failed with, where a host has several. */
  readonly errors?: readonly Failure[];
  readonly cause?: Failure;
  /** What OpenSSL says, without the place in its source. */
  readonly reason?: string;
}

const closedEarly = "the receiver closed the connection without a response";

/** Messages for errors whose own say little to whoever runs a receiver. */
const messages: { readonly [code: string]: string } = {
  UND_ERR_SOCKET: closedEarly,
  ECONNRESET: closedEarly,
  ERR_SSL_WRONG_VERSION_NUMBER: "TLS failed: the receiver does not speak https on this port",
};

/** Explains in one line why an event could not be delivered. */
export function describeDeliveryError(error: unknown): string {
  return describe(error as Failure)
    .replaceAll(/\s+/g, " ")
    .trim();
}

function describe({ message = "", code = "", name = "", errors = [], cause, reason }: Failure): string {
  if (errors.length > 0) return [...new Set(errors.map(describe))].join(", ");
  if (cause) return describe(cause);
  const known = messages[code];
  if (known !== undefined) return known;
  if (reason !== undefined) return `TLS failed: ${reason}`;
  if (message === "") return code || name || "unknown error";
  return code === "" || message.includes(code) || code.startsWith("HPE_") ? message : `${message} (${code})`;
}
