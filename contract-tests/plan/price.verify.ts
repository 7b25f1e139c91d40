import { test } from "vitest";
import { expectPriced } from "./price.test-helper.ts";

test.each([
  {},
  { hasAdapter: false, hasSecond: false },
])("what a thorough run costs is told before, within a twentieth (%j)", (given) =>
  expectPriced({ effort: "thorough" }, given));
