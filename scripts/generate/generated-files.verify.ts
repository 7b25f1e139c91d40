import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { copyWith } from "./copy.test-helper.ts";
import { generatedFiles } from "./generated-files.ts";

const root = join(import.meta.dirname, "../..");

test.each([
  [
    "spec/openapi.yaml",
    "      maxLength: 100\n",
    "      maxLenght: 100\n",
    '#/components/schemas/WidgetName/maxLenght: unsupported keyword "maxLenght"',
  ],
  ["spec/openapi.yaml", "x-timing:\n", "x-timings: {}\nx-timing:\n", '#/x-timings: unsupported keyword "x-timings"'],
  [
    "spec/openapi.yaml",
    "      x-cascade:\n",
    "      x-cascades: {}\n      x-cascade:\n",
    "/delete/x-cascades: unsupported keyword",
  ],
  [
    "spec/openapi.yaml",
    "      x-assumed: A-LIMIT-1\n",
    "      x-assumed: A-LIMIT-9\n",
    "WidgetName/x-assumed: unknown rule A-LIMIT-9",
  ],
  [
    "spec/lifecycle.yaml",
    "active: { to: paused, rule: PAUSE-1 }",
    "active: { to: asleep, rule: PAUSE-1 }",
    "#/x-lifecycle/operations/pauseWidget/active/to: unknown state asleep",
  ],
  [
    "spec/lifecycle.yaml",
    "    active: { to: paused, rule: PAUSE-1 }\n",
    "",
    "#/x-lifecycle/operations/pauseWidget: missing cell for active",
  ],
  ["spec/lifecycle.yaml", "rule: PAUSE-1 }", "rule: PAUSE-99 }", "unknown rule PAUSE-99"],
  ["spec/lifecycle.yaml", "code: invalid_state", "code: wrong_state", "unknown problem wrong_state"],
  ["spec/lifecycle.yaml", "event: widget.ready", "event: widget.done", "unknown webhook widget.done"],
  ["spec/dialects.yaml", "A-OBJ-1: omit", "A-OBJ-1: hide", "#/x-dialects/documented-only: A-OBJ-1: unknown choice"],
  [
    "spec/rules.yaml",
    "        x-lifecycle: { states: { draft-failed: { shows: failed } } }",
    "        x-lifecycle: { states: { draft-failed: { show: failed } } }",
    "#/x-rules/A-FAIL-1/choices/failed: #/x-lifecycle/states/draft-failed/show: unsupported keyword",
  ],
  ["spec/problems.yaml", "rate_limited:", "too_fast:", '#/x-problems/too_fast: code "too_fast" is missing'],
  [
    "spec/openapi.yaml",
    '        show_label: { anyOf: [{ $ref: "#/components/schemas/ShowLabel" }, { type: "null" }] }\n',
    "",
    "missing member show_label, which WidgetConfiguration has",
  ],
  [
    "mock/control-plane/openapi.yaml",
    "          minimum: 0\n",
    "          minimun: 0\n",
    'unsupported keyword "minimun"',
  ],
])("in %s, %j changed to %j stops the generation, with the place", async (file, from, to, message) => {
  await expect(generatedFiles(copyWith(file, from, to))).rejects.toThrow(message);
});

test.each([
  [
    "spec/lifecycle.yaml",
    "paused: { shows: paused,",
    "paused: { shows: pausd,",
    '#/x-lifecycle/states/paused/shows: "pausd" is not a value of status',
  ],
  ["spec/lifecycle.yaml", "new: { to: draft-crawling, rule", "new: { rule", "createWidget/new/to: required"],
  [
    "spec/problems.yaml",
    "validation_error:\n  { status: 400",
    "validation_error:\n  { status: 422",
    "#/x-problems/validation_error: the operation listWidgets has no response 422",
  ],
  [
    "spec/openapi.yaml",
    "required: [id, name, status,",
    "required: [id, name, stauts,",
    "#/components/schemas/Widget/required: unknown member stauts",
  ],
  [
    "spec/openapi.yaml",
    "          pages: DELETE-2\n",
    "          pages: DELETE-22\n",
    "x-cascade/removes/pages: unknown rule DELETE-22",
  ],
  ["spec/openapi.yaml", "default: bottom-right", "default: botom-right", "Position/default: invalid by its own schema"],
  [
    "spec/openapi.yaml",
    'x-default: "Hi, this is {name}"',
    'x-default: "Hi, this is {nmae}"',
    "IntroTitle/x-default: must match pattern",
  ],
  ["spec/openapi.yaml", "      maxLength: 100\n", "      maxLength: 400\n", "IntroTitle/x-default: exceeds maxLength"],
  ["spec/openapi.yaml", "type: boolean", "type: boolen", "ShowLabel/type"],
  [
    "spec/openapi.yaml",
    "#/components/schemas/Voice",
    "#/components/schemas/WidgetConfiguration/properties/voice",
    "must match pattern",
  ],
  ["spec/openapi.yaml", "#/components/schemas/Domain", "#/components/schemas/Domian", "Domian"],
])("in %s, %j changed to %j stops the generation, with the place", async (file, from, to, message) => {
  await expect(generatedFiles(copyWith(file, from, to))).rejects.toThrow(message);
});

test("a document that is not OpenAPI stops the generation", async () => {
  await expect(generatedFiles(copyWith("spec/openapi.yaml", "openapi: 3.1.1", "openapi: 9.9.9"))).rejects.toThrow();
});

test("a rule that moves from assumed to said is no longer among the assumptions, by one edit", async () => {
  const assumed =
    /^(A-[A-Z]+-\d+):\n {2}says: (.*)\n {2}basis: assumed\n {2}level: note\n(?! {2}choices)(?: {2}tolerated: .*\n)?/m;
  const rules = readFileSync(join(root, "spec/rules.yaml"), "utf8");
  const [text = "", id, says] = assumed.exec(rules) ?? [];
  const copy = copyWith(
    "spec/rules.yaml",
    text,
    `${id}:\n  says: ${says}\n  basis: said\n  source: "…"\n  level: fail\n  needs: [management]\n`,
  );
  expect(readFileSync(join(copy, "docs/dialects-and-assumptions.md"), "utf8")).toContain(`| ${id} |`);
  expect((await generatedFiles(copy)).get("docs/dialects-and-assumptions.md")).not.toContain(`| ${id} |`);
});
