import type { Schema } from "../../spec/document.ts";
import { schemaNamed } from "../../spec/schema.ts";
import { document } from "../control-plane/document.ts";
import type { components } from "../control-plane/generated/types.ts";

/** A part of a snapshot's state. */
export type SnapshotPart = components["schemas"]["SnapshotPart"];
/** The kind of a part. */
export type PartKind = SnapshotPart["part"];
/** The parts of one kind. */
export type PartOf<Kind extends PartKind> = Extract<SnapshotPart, { readonly part: Kind }>;

/** A part before it is JSON, where a member that is undefined is left out. It is sealed afterwards, if at all. */
export type UnwrittenPart = Unwritten<Exclude<SnapshotPart, PartOf<"sealed">>>;

type Unwritten<Value> = Value extends readonly (infer Item)[]
  ? readonly Unwritten<Item>[]
  : Value extends object
    ? {
        readonly [name in keyof Value]: Unwritten<Value[name]> | (object extends Pick<Value, name> ? undefined : never);
      }
    : Value;

/** The schema of a part, and its name in the control plane's document. */
interface PartSchema {
  readonly name: string;
  readonly schema: Schema;
}

let schemasByKind: ReadonlyMap<string, PartSchema> | undefined;

/** The schemas of the parts by their kinds, as the document lists them. */
export function partSchemas(): ReadonlyMap<string, PartSchema> {
  schemasByKind ??= new Map(
    (schemaNamed(document, "SnapshotPart").oneOf ?? []).map(({ $ref = "" }) => {
      const name = $ref.slice($ref.lastIndexOf("/") + 1);
      const schema = schemaNamed(document, name);
      return [String(schema.properties?.["part"]?.const), { name, schema }];
    }),
  );
  return schemasByKind;
}
