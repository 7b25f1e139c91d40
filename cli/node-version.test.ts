import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { nodeVersionProblem } from "./node-version.ts";

test.each(["16.20.2", "18.20.4", "20.18.3", "21.7.3", "22.11.0", "23.11.1"])("Node %s is too old", (version) => {
  expect(nodeVersionProblem(version)).toContain("needs Node 20.19, 22.12 or 24");
  expect(nodeVersionProblem(version)).toContain(`this is Node ${version}`);
});

test.each(["20.19.0", "20.20.2", "22.12.0", "24.0.0", "26.1.0", process.versions.node])("Node %s works", (version) => {
  expect(nodeVersionProblem(version)).toBeUndefined();
});

test("the package says the same", () => {
  expect(packageJson.engines.node).toBe("^20.19.0 || ^22.12.0 || >=24");
});
