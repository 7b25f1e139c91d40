import openapiTypes, { astToString } from "openapi-typescript";
import ts from "typescript";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";

/** Definitions whose type is imported rather than generated. */
const importedTypes: ReadonlySet<string> = new Set(["json", "jsonObject", "ruleId"]);

const imports = `import type { Json, JsonObject } from "../merge-patch.ts";
import type { RuleId } from "./rules.ts";

`;

/** A type for each definition of `spec/subset.schema.yaml`, and `ApiDocument` for the whole document. */
export async function documentTypesModule(subset: JsonObject): Promise<string> {
  const { $defs, ...root } = toOpenApi(subset) as { readonly $defs: JsonObject };
  const nodes = await openapiTypes(
    {
      openapi: "3.1.1",
      info: { title: "The types of a document", version: "0.0.0" },
      components: { schemas: { apiDocument: root, ...$defs } },
    } as never,
    { immutable: true },
  );
  const code = astToString(schemaMembers(nodes).flatMap(toTypeAlias));
  return imports + code.replaceAll(/components\["schemas"\]\["(\w+)"\]/g, (_, name: string) => typeName(name));
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

/** The members of `components.schemas` in what openapi-typescript makes. */
function schemaMembers(nodes: readonly ts.Node[]): ts.PropertySignature[] {
  const components = nodes.filter(ts.isInterfaceDeclaration).find(({ name }) => name.text === "components");
  const schemas = components?.members.filter(ts.isPropertySignature)[0]?.type;
  return schemas && ts.isTypeLiteralNode(schemas) ? schemas.members.filter(ts.isPropertySignature) : [];
}

function toTypeAlias(member: ts.PropertySignature): ts.Node[] {
  const name = ts.isIdentifier(member.name) ? member.name.text : "";
  if (importedTypes.has(name) || member.type === undefined) return [];
  const modifiers = [ts.factory.createModifier(ts.SyntaxKind.ExportKeyword)];
  const alias = ts.factory.createTypeAliasDeclaration(modifiers, typeName(name), undefined, member.type);
  return [ts.setSyntheticLeadingComments(alias, ts.getSyntheticLeadingComments(member))];
}

function typeName(definition: string): string {
  return definition.charAt(0).toUpperCase() + definition.slice(1);
}
