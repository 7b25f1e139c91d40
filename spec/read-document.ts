import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CheckedDocument } from "./checked-document.ts";
import type { Json } from "./merge-patch.ts";

/**
 * Reads a changed OpenAPI document, for a mock to serve or for the contract tests to check a server against, and checks it.
 * Start from `widgets-mock/openapi.json`.
 * @param given a file, JSON or YAML, or the document itself
 * @throws DocumentError that lists what is wrong, each with its place; the system's error for a file that cannot be read;
 *   SyntaxError for one that is neither JSON nor YAML
 */
export async function readDocument(given: string | URL | object): Promise<CheckedDocument> {
  // The checks and the compiler of schemas load only here.
  const { checkChangedDocument, parseDocument } = await import("./checks/check-changed-document.ts");
  if (typeof given !== "string" && !(given instanceof URL)) {
    return checkChangedDocument(structuredClone(given) as Json, "the document");
  }
  const file = given instanceof URL ? fileURLToPath(given) : given;
  return checkChangedDocument(parseDocument(readFileSync(file, "utf8"), file), file);
}
