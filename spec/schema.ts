import { type ApiDocument, resolve, type Schema } from "./document.ts";

/** The members of an object schema, those of its `allOf` and `$ref` included, in the order of the document. */
export function membersOf(document: ApiDocument, schema: Schema): Map<string, Schema> {
  const members = new Map<string, Schema>();
  const collect = (part: Schema): void => {
    if (part.$ref !== undefined) collect(resolve<Schema>(document, { $ref: part.$ref }));
    for (const base of part.allOf ?? []) collect(base);
    for (const [name, member] of Object.entries(part.properties ?? {})) {
      members.set(name, { ...members.get(name), ...withReference(document, member) });
    }
  };
  collect(schema);
  return members;
}

/** A schema with what its `$ref` says beside what it says itself, which goes before. */
export function withReference(document: ApiDocument, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const { $ref, ...own } = schema;
  return { ...withReference(document, resolve<Schema>(document, { $ref })), ...own };
}

/** A named schema of the document's components. */
export function schemaNamed(document: ApiDocument, name: string): Schema {
  return resolve<Schema>(document, { $ref: `#/components/schemas/${name}` });
}
