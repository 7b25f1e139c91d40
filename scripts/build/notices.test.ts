import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { readInputs } from "./inputs.ts";

const root = join(import.meta.dirname, "../..");
const notices = readFileSync(join(root, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
const bill = JSON.parse(readFileSync(join(root, "dist/sbom.cdx.json"), "utf8"));

/** The name and version of the nearest package that a bundled file is part of: another way to it than the build's. */
function packageOf(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
      if (name !== undefined && version !== undefined) return `${name} ${version}`;
    } catch {
      // The folder holds no package.json.
    }
  }
}

const bundled = [...new Set((readInputs(root)?.bundled ?? []).map(packageOf))]
  .filter((name) => !name.startsWith("widgets-mock "))
  .sort();

test("the notices name every bundled package, and no other, each with a license's text", () => {
  const sections = notices.split(`\n${"-".repeat(80)}\n`);
  const named = sections.map((section) => /^(\S+ \d\S*) \(\S+\)$/m.exec(section)?.[1]);
  expect(bundled).toEqual(
    expect.arrayContaining([expect.stringMatching(/^picomatch /), expect.stringMatching(/^fdir /)]),
  );
  expect(named.sort()).toEqual(bundled);
  for (const section of sections) {
    expect(section).toMatch(
      /Permission is hereby granted|Permission to use|Redistribution and use|free and unencumbered|Apache License/,
    );
  }
});

test("the bill of materials lists every bundled package, and no other", () => {
  expect(bill).toMatchObject({ bomFormat: "CycloneDX", metadata: { component: { name: "widgets-mock" } } });
  const listed = bill.components.map(({ name, version }: { name: string; version: string }) => `${name} ${version}`);
  expect(listed.sort()).toEqual(bundled);
});
