import SwaggerParser from "@apidevtools/swagger-parser";
import { DocumentError } from "../../spec/checks/document-error.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";

/**
 * Bundles a document and its files into one, and validates it with OpenAPI's own schema.
 * @throws DocumentError that names the place
 */
export async function bundle(path: string): Promise<JsonObject> {
  try {
    const bundled = JSON.parse(JSON.stringify(await SwaggerParser.bundle(path))) as JsonObject;
    await SwaggerParser.validate(structuredClone(bundled) as never);
    return bundled;
  } catch (error) {
    // An unresolved reference, invalid YAML, or a violation of OpenAPI: the message has the place.
    throw new DocumentError(path, [(error as Error).message]);
  }
}
