import { join } from "node:path";
import { expect, test } from "vitest";
import { copyWith } from "./copy.test-helper.ts";
import { documentTypesModule } from "./document-types.ts";
import { readSubset } from "./read-subset.ts";

test("a keyword that the subset's schema gains is in the types, by one edit", async () => {
  const copy = copyWith(
    "spec/subset.schema.yaml",
    "      x-rule:\n",
    '      x-shuffled: { type: array, items: { $ref: "#/$defs/ruleId" } }\n      x-rule:\n',
  );
  const code = await documentTypesModule(readSubset(join(copy, "spec/subset.schema.yaml")));
  expect(code).toMatch(/export type Schema = \{(?:(?!^\};)[\s\S])*readonly "x-shuffled"\?: readonly RuleId\[\];/m);
});
