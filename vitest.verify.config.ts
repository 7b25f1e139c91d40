import { defineConfig } from "vitest/config";

/** The contract tests against every implementation that they are tested on: minutes, so apart from the other tests. */
export default defineConfig({
  test: {
    testTimeout: 120_000,
    deps: { interopDefault: false },
    include: ["{contract-tests,cli}/*.verify.ts"],
    reporters: ["dot"],
  },
});
