import { describe, expect, test } from "vitest";
import { publishedDocument } from "../spec/published-document.ts";
import { builder } from "./subjects/build.test-helper.ts";
import { seedsOf } from "./subjects/seeds.test-helper.ts";
import { lookAt, startTime } from "./subjects/target.test-helper.ts";

describe.each(seedsOf({ verify: 5, full: 20 }))("seed %i", (seed) => {
  test.each(
    Object.keys(publishedDocument["x-dialects"]),
  )("the mock in the dialect %s keeps every promise", async (dialect) => {
    const found = await lookAt(builder({ options: { dialect } })(startTime), { seed, effort: "thorough" });
    expect(found.map(({ rule, findings }) => `${rule}: ${findings[0]?.message}`)).toEqual([]);
  });
});
