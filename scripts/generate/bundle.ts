import SwaggerParser from "@apidevtools/swagger-parser";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { DocumentError } from "./document-error.ts";

/**
 * A document with its files drawn into one, valid by OpenAPI's own schema.
 * @throws DocumentError that names the place where it is not
 */
export async function bundle(path: string): Promise<JsonObject> {
  try {
    const bundled = JSON.parse(JSON.stringify(await SwaggerParser.bundle(path))) as JsonObject;
    await SwaggerParser.validate(structuredClone(bundled) as never);
    return bundled;
  } catch (error) {
    // A reference that leads nowhere, YAML that is none, or what OpenAPI does not allow: the message has the place.
    throw new DocumentError(path, [(error as Error).message]);
  }
}
