import type { ApiDocument, Schema } from "../../spec/generated/document-types.ts";

/** A field of a form, made from a schema. */
export interface FormField {
  /** The place of its value, such as `["theme", "mode"]`. */
  readonly path: readonly string[];
  readonly kind: "text" | "long-text" | "number" | "switch" | "choice" | "lines";
  readonly isRequired: boolean;
  readonly description: string;
  /** Values to choose from, or examples of them. */
  readonly options: readonly string[];
  /** The value that the service takes without one. */
  readonly defaultText: string;
}

/** The fields of a new widget, as the document has them: required ones first. */
export function createFields(document: ApiDocument): readonly FormField[] {
  const schema = document.components.schemas["WidgetCreate"];
  return schema ? fieldsOf(document, schema, []).sort((a, b) => Number(b.isRequired) - Number(a.isRequired)) : [];
}

function fieldsOf(document: ApiDocument, schema: Schema, path: readonly string[]): FormField[] {
  const { properties, required = [] } = merged(document, schema);
  return Object.entries(properties ?? {}).flatMap(([name, property]) => {
    const resolved = merged(document, property);
    if (resolved.readOnly) return [];
    const place = [...path, name];
    if (resolved.properties) return fieldsOf(document, resolved, place);
    return [fieldOf(resolved, place, required.includes(name))];
  });
}

function fieldOf(schema: Schema, path: readonly string[], isRequired: boolean): FormField {
  const { description = "", enum: choices, examples = [], default: usual } = schema;
  return {
    path,
    kind: kindOf(schema),
    isRequired,
    description,
    options: (choices ?? examples).map(String),
    defaultText: usual === undefined ? "" : String(usual),
  };
}

/** Longer texts get a field of several lines. */
const longText = 500;

function kindOf({ type, enum: choices, maxLength = 0, format }: Schema): FormField["kind"] {
  if (choices) return "choice";
  if (type === "boolean") return "switch";
  if (type === "array") return "lines";
  if (type === "integer" || type === "number") return "number";
  return maxLength > longText && format !== "uri" ? "long-text" : "text";
}

/** A schema with what it refers to, and what it adds to. */
function merged(document: ApiDocument, schema: Schema): Schema {
  const { $ref, allOf = [], ...own } = schema as Schema & { readonly $ref?: string };
  const referred = document.components.schemas[$ref?.split("/").at(-1) ?? ""];
  const bases = [...(referred ? [referred] : []), ...(allOf as Schema[])].map((base) => merged(document, base));
  const parts = [...bases, own as Schema];
  return {
    ...Object.assign({}, ...parts),
    properties: parts.some(({ properties }) => properties)
      ? Object.assign({}, ...parts.map(({ properties }) => properties))
      : undefined,
    required: parts.flatMap(({ required = [] }) => required),
  };
}

/** The body that a form sends: only what was filled in, so that the service sets its defaults. */
export function bodyOf(fields: readonly FormField[], form: FormData): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of fields) {
    const text = String(form.get(field.path.join(".")) ?? "");
    if (text === "") continue;
    const [name = "", member] = field.path;
    const value = fieldValue(field, text);
    if (member === undefined) body[name] = value;
    else body[name] = { ...(body[name] as object | undefined), [member]: value };
  }
  return body;
}

function fieldValue({ kind }: FormField, text: string): unknown {
  if (kind === "number") return Number(text);
  if (kind === "switch") return text === "true";
  if (kind === "lines") return text.split("\n").filter((line) => line.trim() !== "");
  return text;
}
