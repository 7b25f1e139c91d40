import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { typeAliasesModule } from "./type-aliases.ts";

/** Definitions whose type is imported rather than generated. */
const importedTypes: ReadonlySet<string> = new Set(["json", "jsonObject", "ruleId"]);

/** A type for each definition of `spec/subset.schema.yaml`, and `ApiDocument` for the whole document. */
export function documentTypesModule(subset: JsonObject): Promise<string> {
  const { $defs, ...root } = toOpenApi(subset) as { readonly $defs: JsonObject };
  const document = {
    openapi: "3.1.1",
    info: { title: "The types of a document", version: "0.0.0" },
    components: { schemas: { apiDocument: root, ...$defs } },
  };
  return typeAliasesModule(document, undefined, importedTypes);
}

/** The subset's schema as OpenAPI writes one: references to components, `oneOf` for a choice made by `if`. */
function toOpenApi(part: Json): Json {
  if (Array.isArray(part)) return part.map(toOpenApi);
  if (!isJsonObject(part)) return part;
  if (part["then"] !== undefined && part["else"] !== undefined && part["properties"] === undefined) {
    return { oneOf: [toOpenApi(part["then"]), toOpenApi(part["else"])] };
  }
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      key === "$ref" && typeof value === "string"
        ? value.replace("#/$defs/", "#/components/schemas/")
        : toOpenApi(value),
    ]),
  );
}
