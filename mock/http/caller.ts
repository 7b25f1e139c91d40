/** Who calls by a port. */
export interface Caller {
  /** The address that the call comes from, and the one that it came to. */
  readonly remoteAddress: string | undefined;
  readonly localAddress: string | undefined;
  /** The host name that the mock listens on. */
  readonly hostname: string;
  /** Version of HTTP, such as `1.1`. */
  readonly httpVersion: string;
}
