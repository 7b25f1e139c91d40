import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import { parse } from "yaml";
import type { Json } from "../../spec/merge-patch.ts";

const subset = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
ajvFormats.default(subset);

/** Reads a schema of what our code understands, and gives a check that tells every other thing by its place. */
export function subsetCheck(path: string): (document: Json) => string[] {
  const validate = subset.compile(parse(readFileSync(path, "utf8")));
  return (document) => {
    if (validate(document)) return [];
    // The branches of if/then and oneOf repeat what their parts already said.
    return (validate.errors ?? [])
      .filter(({ keyword }) => keyword !== "if")
      .map(({ instancePath, keyword, message, params }) => {
        const key = params["additionalProperty"] ?? params["propertyName"] ?? params["unevaluatedProperty"];
        const place = `#${instancePath}${key === undefined ? "" : `/${key}`}`;
        return keyword === "additionalProperties"
          ? `${place}: our code does not understand "${key}" here.`
          : `${place}: ${message}${params["allowedValues"] ? `: ${params["allowedValues"].join(", ")}` : ""}.`;
      });
  };
}
