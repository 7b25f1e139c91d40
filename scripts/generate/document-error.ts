/** A document that cannot be generated from; the message lists every fault with its place. */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
  constructor(path: string, faults: readonly string[]) {
    super(`${path} cannot be used:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  }
}
