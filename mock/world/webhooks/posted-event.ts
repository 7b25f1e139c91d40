/** A webhook on its way to a receiver. */
export interface PostedEvent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** Networks that the receiver may be in, besides public ones; undefined if it may be anywhere. */
  readonly networks: readonly string[] | undefined;
  /** Ends the request, and the reading of its response. */
  readonly signal: AbortSignal;
}

/** What is read of a receiver's response. */
export interface ReceiverResponse {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}
