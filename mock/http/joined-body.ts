/** What a body is put together from: others share most of it. */
export interface BytePieces {
  readonly head: Uint8Array;
  /** Joined by commas. */
  readonly items: readonly Uint8Array[];
  readonly tail: Uint8Array;
}

/** A body with its pieces, which whoever keeps it for long keeps instead of it. */
export interface JoinedBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly pieces: BytePieces;
}

const comma = 0x2c;

/** Puts a body together from bytes, because it is sent as it is: a text of this length would be copied again and again. */
export function joinPieces({ head, items, tail }: BytePieces): Uint8Array<ArrayBuffer> {
  let length = head.byteLength + Math.max(0, items.length - 1) + tail.byteLength;
  for (const item of items) length += item.byteLength;
  const bytes = new Uint8Array(length);
  bytes.set(head);
  let at = head.byteLength;
  for (const item of items) {
    if (at > head.byteLength) bytes[at++] = comma;
    bytes.set(item, at);
    at += item.byteLength;
  }
  bytes.set(tail, at);
  return bytes;
}
