import { expect, test } from "vitest";
import { copyWith } from "./copy.test-helper.ts";
import { generatedFiles } from "./generated-files.ts";

// One mistake of each kind; generated-files.verify.ts makes many more.
test.each([
  [
    "spec/openapi.yaml",
    "      maxLength: 100\n",
    "      maxLenght: 100\n",
    "WidgetName/maxLenght: unsupported keyword",
  ],
  ["spec/lifecycle.yaml", "rule: PAUSE-1 }", "rule: PAUSE-99 }", "unknown rule PAUSE-99"],
  ["spec/lifecycle.yaml", "paused: { shows: paused,", "paused: { shows: pausd,", '"pausd" is not a value of status'],
  [
    "mock/control-plane/openapi.yaml",
    "          minimum: 0\n",
    "          minimun: 0\n",
    'unsupported keyword "minimun"',
  ],
])("in %s, %j changed to %j stops the generation, with the place", async (file, from, to, message) => {
  await expect(generatedFiles(copyWith(file, from, to))).rejects.toThrow(message);
});
