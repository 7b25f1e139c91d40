import { setShouldValidateFormat } from "@hyperjump/json-schema";
import { registerSchema, type SchemaObject, validate } from "@hyperjump/json-schema/draft-2020-12";
import "@hyperjump/json-schema/formats";
import { describe, expect, test } from "vitest";
import { resolveDialect } from "./dialect.ts";
import { resolve, type WidgetsDocument } from "./document.ts";
import { operationsOf } from "./operations.ts";
import { publishedDocument } from "./published-document.ts";

setShouldValidateFormat(true);

/** Every media type of a document that has examples: where it stands, and each example. */
function examplesIn(part: unknown, place: string): { place: string; name: string; value: unknown }[] {
  if (typeof part !== "object" || part === null) return [];
  const media = part as { schema?: unknown; examples?: Record<string, { value?: unknown; $ref?: string }> };
  const here =
    media.schema !== undefined && media.examples !== undefined && !Array.isArray(media.examples)
      ? Object.entries(media.examples).map(([name, example]) => ({
          place,
          name,
          value: resolve<{ value: unknown }>(publishedDocument, example as never).value,
        }))
      : [];
  const below = Object.entries(part).flatMap(([key, value]) =>
    examplesIn(value, `${place}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
  return [...here, ...below];
}

describe.each(Object.keys(publishedDocument["x-dialects"]))("in the dialect %s", (dialect) => {
  const patched = resolveDialect(publishedDocument, dialect).document;
  const uri = `https://widgets-mock.test/document/${dialect}`;
  registerSchema(
    { $schema: "https://json-schema.org/draft/2020-12/schema", ...patched } as unknown as SchemaObject,
    uri,
  );
  const { paths, components, webhooks } = patched as WidgetsDocument & { webhooks: object };
  // Of the responses' examples only the default's are a widget as that dialect has it, to the last member and status.
  const parts = dialect === "default" ? { paths, components, webhooks } : { paths };

  test.each(examplesIn(parts, ""))("the example $name at $place fits", async ({ place, value }) => {
    const output = await validate(`${uri}#${encodeURI(place)}/schema`, value as never, "BASIC");
    expect(output).toEqual({ valid: true });
  });
});

test("every operation has an example of its body and of every answer that has one", () => {
  for (const { id, responses } of operationsOf(publishedDocument)) {
    for (const [status, { content = {} }] of responses) {
      for (const media of Object.values(content)) {
        expect(Object.keys((media as { examples?: object }).examples ?? {}), `${id} ${status}`).not.toEqual([]);
      }
    }
  }
});

test("every refusal has an example", () => {
  const told = new Set(
    examplesIn(publishedDocument.components.responses, "").map(({ value }) => (value as { code?: string }).code),
  );
  for (const [name, { code = name }] of Object.entries(publishedDocument["x-problems"]))
    expect([...told], name).toContain(code);
});

test("every component is used, by the document or by a choice", () => {
  const text = JSON.stringify(publishedDocument);
  for (const [kind, members] of Object.entries(publishedDocument.components)) {
    if (kind === "securitySchemes") continue;
    for (const name of Object.keys(members)) {
      expect(
        text.includes(`"#/components/${kind}/${name}"`) || text.includes(`"#/components/${kind}/${name}/`),
        `${kind}/${name}`,
      ).toBe(true);
    }
  }
});

test("every choice but the default says what it does instead", () => {
  const silent = Object.entries(publishedDocument["x-rules"]).flatMap(([id, { choices = [] }]) =>
    choices.flatMap(({ choice, says }, place) => (place > 0 && says === undefined ? [`${id}: ${choice}`] : [])),
  );
  expect(silent).toEqual([]);
});
