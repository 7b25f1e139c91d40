import { expect, test } from "vitest";
import { missingForRelease } from "./missing-for-release.ts";

const complete = {
  version: "1.2.3",
  repository: { type: "git", url: "git+https://git.example/widgets-mock.git" },
  homepage: "https://git.example/widgets-mock",
  bugs: { url: "https://git.example/widgets-mock/issues" },
};
const changelog = "# Changelog\n\n## [1.2.3] - 2026-05-01\n\n### Added\n";

test("a manifest with all its addresses and a dated section can be released", () => {
  expect(missingForRelease(complete, changelog)).toEqual([]);
});

test.each(["repository", "homepage", "bugs"] as const)("a release without %s is refused", (member) => {
  for (const value of [undefined, "", {}, { url: "" }]) {
    expect(missingForRelease({ ...complete, [member]: value }, changelog)).toEqual([
      expect.stringContaining(`"${member}"`),
    ]);
  }
});

test.each([
  "# Changelog\n\n## [Unreleased]\n",
  "## [1.2.30] - 2026-05-01\n",
  "## [1.2.3]\n",
])("a release whose version has no dated section is refused (%j)", (text) => {
  expect(missingForRelease(complete, text)).toEqual([expect.stringContaining("## [1.2.3] - ")]);
});
