import SwaggerParser from "@apidevtools/swagger-parser";
import type { JsonObject } from "../../spec/merge-patch.ts";

/**
 * A document with its files drawn into one, valid by OpenAPI's own schema.
 * @throws Error that names the file or the place where it is not.
 */
export async function bundle(path: string): Promise<JsonObject> {
  const bundled = JSON.parse(JSON.stringify(await SwaggerParser.bundle(path))) as JsonObject;
  await SwaggerParser.validate(structuredClone(bundled) as never);
  return bundled;
}
