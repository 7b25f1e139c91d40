import { expect, test } from "vitest";
import type { RuleId } from "../../spec/generated/rules.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { mutants } from "./mutants.test-helper.ts";
import { variants } from "./variants.test-helper.ts";

const rules = Object.keys(publishedDocument["x-rules"]) as RuleId[];
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", "\\n");

/** Every rule with what breaks it, or with what is honest about it. */
function table(head: string, rowsOf: (rule: RuleId) => readonly string[]): string {
  return [head, "|---|---|---|---|", ...rules.flatMap(rowsOf), ""].join("\n");
}

// `npx vitest run contract-tests/subjects/tables.test.ts -u` writes them anew.
test("the table of bugs that the contract tests are tested on is fresh", async () => {
  const found = table("| Rule | Bug | What is wrong | What else it breaks |", (rule) =>
    mutants
      .filter((one) => one.rule === rule)
      .map(({ id, says, alsoBreaks }) => `| ${rule} | ${id} | ${cell(says)} | ${alsoBreaks.join(", ")} |`),
  );
  const says = `# ${mutants.length} implementations with one bug each\n\nThe contract tests fail each under its rule; what else it breaks it cannot help.\n\n`;
  await expect(says + found).toMatchFileSnapshot("../mutants.md");
});

test("the table of honest implementations is fresh", async () => {
  const rows = variants.map(
    ({ id, rules: answered, says, mayWarn }) =>
      `| ${id} | ${answered.join(", ")} | ${cell(says)} | ${mayWarn.join(", ")} |`,
  );
  const found = [
    "| Variant | Answers otherwise | What it does | May be warned about |",
    "|---|---|---|---|",
    ...rows,
    "",
  ];
  const says = `# ${variants.length} honest implementations\n\nThe contract tests spare each: they differ in what is only assumed.\n\n`;
  await expect(says + found.join("\n")).toMatchFileSnapshot("../variants.md");
});
