import type { Schema, WidgetsDocument } from "../document.ts";
import { isJsonObject, type Json } from "../merge-patch.ts";
import { membersOf, schemaNamed } from "../schema.ts";
import { schemaChecker } from "../validators.ts";

/** The longest possible host name (RFC 1035, section 3.1). */
const maxHostLength = 253;

/** Issues by the schemas that have them. Most dialects share the schemas of the published document. */
const checkedSchemas = new WeakMap<object, string[]>();

/**
 * Checks that schemas agree with themselves: required members exist, and defaults are valid, templates with the longest
 * name included.
 * @returns issues, each with its place
 */
export function checkSchemas(document: WidgetsDocument): string[] {
  const { schemas } = document.components;
  const known = checkedSchemas.get(schemas);
  if (known) return known;
  const check = schemaCheck(document);
  const issues = Object.entries(schemas).flatMap(([name, schema]) =>
    isJsonObject(schema as unknown as Json) ? check(schema, `#/components/schemas/${name}`) : [],
  );
  checkedSchemas.set(schemas, issues);
  return issues;
}

/** The check of one schema of a document and of its properties. */
function schemaCheck(document: WidgetsDocument): (schema: Schema, place: string) => string[] {
  const isValid = schemaChecker(document);
  const { maxLength: maxNameLength = 0 } =
    membersOf(document, schemaNamed(document, "WidgetConfiguration")).get("name") ?? {};
  const check = (schema: Schema, place: string): string[] => {
    const members = membersOf(document, schema);
    const issues = (schema.required ?? [])
      .filter((name) => members.size > 0 && !members.has(name))
      .map((name) => `${place}/required: unknown member ${name}`);
    if (schema.default !== undefined && !isValid(place, schema.default)) {
      issues.push(`${place}/default: invalid by its own schema`);
    }
    const { maxLength, "x-default": template } = schema;
    if (typeof template === "string" && maxLength !== undefined && maxTextLength(template, maxNameLength) > maxLength) {
      issues.push(`${place}/x-default: exceeds maxLength with the longest name`);
    }
    const properties = Object.entries(schema.properties ?? {});
    return [...issues, ...properties.flatMap(([name, part]) => check(part, `${place}/properties/${name}`))];
  };
  return check;
}

/** The length of a template's text with the longest name and host. */
function maxTextLength(template: string, maxNameLength: number): number {
  return template.replaceAll("{name}", "x".repeat(maxNameLength)).replaceAll("{site_host}", "x".repeat(maxHostLength))
    .length;
}
