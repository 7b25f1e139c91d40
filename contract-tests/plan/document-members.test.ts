import { expect, test } from "vitest";
import type { WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type Json, mergePatch } from "../../spec/merge-patch.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { planRun } from "./plan.ts";
import { isOwnWrite } from "./step.ts";

const more = {
  components: {
    schemas: {
      WidgetConfiguration: { properties: { farewell: { type: "string", maxLength: 200, "x-rule": "OBJ-10" } } },
      Theme: { properties: { accent: { type: "string", enum: ["plain", "loud"], default: "plain" } } },
    },
  },
};

/** All that the updates of a plan write to a member. */
function valuesOf(document: WidgetsDocument, member: string, part?: string): Json[] {
  const { scripts } = planRun(document, { effort: "normal", seed: 1, maxWidgets: 40 });
  const bodies = scripts.flatMap(({ steps }) => steps.filter(isOwnWrite)).map(({ body = {} }) => body[member]);
  const values = bodies.map((value) => (part === undefined ? value : isJsonObject(value) ? value[part] : undefined));
  return values.filter((value) => value !== undefined);
}

test("a member that is new in the document, and one of the theme, are written without a change to the kit", () => {
  const document = mergePatch(publishedDocument as unknown as Json, more) as unknown as WidgetsDocument;
  expect(valuesOf(publishedDocument, "farewell")).toEqual([]);
  const farewells = valuesOf(document, "farewell");
  expect(farewells).toContain("");
  expect(farewells).toContain("  two  spaces around  ");
  expect(valuesOf(document, "theme", "accent")).toEqual(expect.arrayContaining(["plain", "loud"]));
});
