/** Who calls by a port. */
export interface Caller {
  /** The address that the call comes from, and the one that it came to. */
  readonly remoteAddress: string | undefined;
  readonly localAddress: string | undefined;
  /** The name that the mock was told to listen on. */
  readonly hostname: string;
}
