import type { ApiDocument } from "../../spec/document.ts";

/**
 * A document whose server is this mock, so that clients made from it call this one.
 * @param origin the mock's address as the caller has it
 */
export function servedBy<Document extends ApiDocument>(document: Document, origin: string): Document {
  return { ...document, servers: [{ url: origin, description: "This mock." }] };
}
