import openapiTypes, { astToString } from "openapi-typescript";
import ts from "typescript";
import type { JsonObject } from "../../spec/merge-patch.ts";

/** Names of types that a module imports, by its path. */
export type TypeImports = Readonly<Record<string, readonly string[]>>;

/** What modules in `spec/generated/` import. */
const specImports: TypeImports = { "../merge-patch.ts": ["Json", "JsonObject"], "./rules.ts": ["RuleId"] };

/**
 * A module with an exported type for each schema of a document's components. A schema with `x-type` has the type of that name.
 * @param imports the types that it may import
 * @param imported names of schemas whose types it imports
 */
export async function typeAliasesModule(
  document: JsonObject,
  imports: TypeImports = specImports,
  imported: ReadonlySet<string> = new Set(),
): Promise<string> {
  // A copy, because the types' generator resolves references in what it is given.
  const nodes = await openapiTypes(structuredClone(document) as never, {
    immutable: true,
    transform: (schema) =>
      "x-type" in schema ? ts.factory.createTypeReferenceNode(String(schema["x-type"])) : undefined,
  });
  const aliases = schemaMembers(nodes)
    .filter((member) => !imported.has(nameOf(member)))
    .flatMap(toTypeAlias);
  const code = astToString(aliases).replaceAll(/components\["schemas"\]\["(\w+)"\]/g, (_, name: string) =>
    typeName(name),
  );
  const lines = Object.entries(imports).flatMap(([path, names]) => {
    const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
    return used.length === 0 ? [] : [`import type { ${used.join(", ")} } from "${path}";\n`];
  });
  return `${lines.join("")}\n${code}`;
}

/** The members of `components.schemas` in what openapi-typescript makes. */
function schemaMembers(nodes: readonly ts.Node[]): ts.PropertySignature[] {
  const components = nodes.filter(ts.isInterfaceDeclaration).find(({ name }) => name.text === "components");
  const schemas = components?.members.filter(ts.isPropertySignature)[0]?.type;
  return schemas && ts.isTypeLiteralNode(schemas) ? schemas.members.filter(ts.isPropertySignature) : [];
}

function toTypeAlias(member: ts.PropertySignature): ts.Node[] {
  if (member.type === undefined) return [];
  const modifiers = [ts.factory.createModifier(ts.SyntaxKind.ExportKeyword)];
  const alias = ts.factory.createTypeAliasDeclaration(modifiers, typeName(nameOf(member)), undefined, member.type);
  return [ts.setSyntheticLeadingComments(alias, ts.getSyntheticLeadingComments(member))];
}

function nameOf({ name }: ts.PropertySignature): string {
  return ts.isIdentifier(name) ? name.text : "";
}

function typeName(definition: string): string {
  return definition.charAt(0).toUpperCase() + definition.slice(1);
}
