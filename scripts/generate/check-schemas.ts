import type { Schema, WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import { schemaChecker } from "../../spec/validators.ts";

/** The longest host name there is (RFC 1035, section 3.1). */
const longestHost = 253;

/** What a schema says of itself must hold: required members exist, and defaults fit, those made from a name too. */
export function checkSchemas(document: WidgetsDocument): string[] {
  const fits = schemaChecker(document);
  const longestName = limitOf(document, "name");
  const check = (schema: Schema, place: string): string[] => {
    const members = membersOf(document, schema);
    const faults = (schema.required ?? [])
      .filter((name) => members.size > 0 && !members.has(name))
      .map((name) => `${place}/required: there is no member ${name}.`);
    if (schema.default !== undefined && !fits(place, schema.default))
      faults.push(`${place}/default: it does not fit its own schema.`);
    const { maxLength } = schema as { maxLength?: number };
    const template = schema["x-default"];
    if (typeof template === "string" && maxLength !== undefined && longest(template, longestName) > maxLength) {
      faults.push(`${place}/x-default: with the longest name it is longer than maxLength.`);
    }
    return [
      ...faults,
      ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) => check(part, `${place}/properties/${name}`)),
    ];
  };
  return Object.entries(document.components.schemas).flatMap(([name, schema]) =>
    isJsonObject(schema as unknown as Json) ? check(schema, `#/components/schemas/${name}`) : [],
  );
}

function limitOf(document: WidgetsDocument, member: string): number {
  const schema = membersOf(document, schemaNamed(document, "WidgetConfiguration")).get(member) as {
    maxLength?: number;
  };
  return schema.maxLength ?? 0;
}

function longest(template: string, longestName: number): number {
  return template.replaceAll("{name}", "x".repeat(longestName)).replaceAll("{site_host}", "x".repeat(longestHost))
    .length;
}
