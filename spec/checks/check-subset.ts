import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import type { Json, JsonObject } from "../merge-patch.ts";

/** Lists everything in a document that the code does not understand, each with its place. */
export type SubsetCheck = (document: Json) => string[];

/** Compiles the check of documents with the JSON Schema of those that the code understands. */
export function subsetCheck(subset: JsonObject): SubsetCheck {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
  ajvFormats.default(ajv);
  const validate = ajv.compile(subset);
  return (document) => {
    if (validate(document)) return [];
    // The branches of if/then and oneOf repeat what their parts already said.
    return (validate.errors ?? [])
      .filter(({ keyword }) => keyword !== "if")
      .map(({ instancePath, keyword, message, params }) => {
        const key = params["additionalProperty"] ?? params["propertyName"] ?? params["unevaluatedProperty"];
        const place = `#${instancePath}${key === undefined ? "" : `/${key}`}`;
        return keyword === "additionalProperties"
          ? `${place}: unsupported keyword "${key}"`
          : `${place}: ${message}${params["allowedValues"] ? `: ${params["allowedValues"].join(", ")}` : ""}`;
      });
  };
}
