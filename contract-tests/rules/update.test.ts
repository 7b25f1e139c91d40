import { expect, test } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import { judge } from "../judge/judge.ts";
import { historyOf } from "../subjects/target.test-helper.ts";
import { variants } from "../subjects/variants.test-helper.ts";

test("parts of a theme that are not sent may go back to what the first crawl has filled in", async () => {
  const nullWhileDraft = variants.find(({ id }) => id === "unset-is-null-while-a-draft") as (typeof variants)[number];
  const build: typeof nullWhileDraft.build = (options) =>
    nullWhileDraft.build({ ...options, dialect: { "A-PATCH-1": "reset" } });
  const history = await historyOf({ ...nullWhileDraft, build });
  const wrong = judge(publishedDocument, history).filter(({ verdict }) => verdict === "fail" || verdict === "warn");
  expect(wrong).toEqual([]);
});
