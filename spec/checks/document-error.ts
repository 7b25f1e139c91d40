/** A source file that nothing can be generated from; the message lists every issue with its place. */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
  constructor(path: string, issues: readonly string[]) {
    super(`${path} is invalid:\n${issues.map((issue) => `  ${issue}`).join("\n")}`);
  }
}
