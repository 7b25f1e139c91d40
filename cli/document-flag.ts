import type { WidgetsDocument } from "../spec/document.ts";
import { publishedDocument } from "../spec/published-document.ts";
import type { Invocation } from "./command-line/command.ts";

/** What `--document` is read from. */
interface DocumentCall {
  readonly flags: { readonly document?: string | undefined };
  readonly sourceOf: Invocation<{
    readonly document: { readonly kind: "text"; readonly description: string };
  }>["sourceOf"];
}

/**
 * The document that `--document` names; the bundled one without it.
 * @throws UsageError that lists what is wrong with it, each with its place
 */
export async function documentOf({ flags: { document }, sourceOf }: DocumentCall): Promise<WidgetsDocument> {
  if (document === undefined) return publishedDocument;
  // The checks and the compiler of schemas load only here.
  const { readDocument } = await import("./read-document.ts");
  return readDocument(document, sourceOf("document"));
}
