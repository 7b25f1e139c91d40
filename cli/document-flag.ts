import type { CheckedDocument } from "../spec/checked-document.ts";
import { describeReadError } from "../spec/files/file-error.ts";
import { readDocument } from "../spec/read-document.ts";
import { type Invocation, UsageError } from "./command-line/command.ts";

/** What `--document` is read from. */
interface DocumentCall {
  readonly flags: { readonly document?: string | undefined };
  readonly sourceOf: Invocation<{
    readonly document: { readonly kind: "text"; readonly description: string };
  }>["sourceOf"];
}

/**
 * The document that `--document` names; undefined without it.
 * @throws UsageError that lists what is wrong with it, each with its place
 */
export async function documentOf({
  flags: { document },
  sourceOf,
}: DocumentCall): Promise<CheckedDocument | undefined> {
  if (document === undefined) return undefined;
  try {
    return await readDocument(document);
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    const why = syscall ? `cannot read ${document}: ${describeReadError(error)}` : message;
    throw new UsageError(`${sourceOf("document")}: ${why}`);
  }
}
