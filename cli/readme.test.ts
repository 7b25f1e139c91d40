import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createMock } from "../mock/index.ts";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

test("what the README's two curls get is what it says they get", async () => {
  const mock = createMock();
  const answers: { status: number; text: string }[] = [];
  for (const [, body = ""] of readme.matchAll(/-d '(\{.+\})'/g)) {
    const headers = { authorization: "Bearer sk_test_demo", "content-type": "application/json" };
    const response = await mock.fetch(
      new Request("http://127.0.0.1:4010/api/v1/widgets", { method: "POST", headers, body }),
    );
    answers.push({ status: response.status, text: await response.text() });
  }
  expect(answers.map(({ status }) => status)).toEqual([201, 400]);
  const shown = /```json\n(\{"type[\s\S]+?)"errors":\[…\]\}\n```/.exec(readme)?.[1]?.replaceAll(/,\n /g, ",");
  expect(answers[1]?.text.startsWith(shown ?? "nothing is shown")).toBe(true);
});
