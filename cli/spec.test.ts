import { expect, test } from "vitest";
import generated from "../spec/generated/openapi.json" with { type: "json" };
import { run } from "./bin.test-helper.ts";

test("spec prints the document as JSON", async () => {
  const { code, out, err } = await run("spec");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(JSON.parse(out)).toEqual(generated);
});

test("spec --rules prints every rule with its basis and its choices", async () => {
  const { code, out, err } = await run("spec", "--rules");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const rows = out.split(/\n(?=\S)/).slice(1);
  const rules = Object.entries(generated["x-rules"]);
  expect(rows.map((row) => row.split(/ +/, 2))).toEqual(rules.map(([id, { basis }]) => [id, basis]));
  const printed = rows.map((row) => row.replaceAll(/\s+/g, " "));
  for (const [index, [, rule]] of rules.entries()) {
    const choices = "choices" in rule ? rule.choices.map(({ choice }) => choice).join(", ") : "";
    expect(printed[index]).toContain(rule.says.replaceAll(/\s+/g, " "));
    expect(printed[index]).toContain(choices);
  }
});
