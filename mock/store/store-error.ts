/** A store that cannot be opened; the message says why, and what to do. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}
