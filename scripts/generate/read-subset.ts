import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { JsonObject } from "../../spec/merge-patch.ts";

/** Reads the JSON Schema of the documents that the code understands. */
export function readSubset(path: string): JsonObject {
  return parse(readFileSync(path, "utf8")) as JsonObject;
}
