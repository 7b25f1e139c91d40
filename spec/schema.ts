import { type ApiDocument, resolve, type Schema } from "./document.ts";

/** The members of an object schema, including those from `allOf` and `$ref`, in the order of the document. */
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

/** A schema merged with the one that its `$ref` points to; its own keywords win. */
export function withReference(document: ApiDocument, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const { $ref, ...own } = schema;
  return { ...withReference(document, resolve<Schema>(document, { $ref })), ...own };
}

/** The component schema of a name. */
export function schemaNamed(document: ApiDocument, name: string): Schema {
  return resolve<Schema>(document, { $ref: `#/components/schemas/${name}` });
}
