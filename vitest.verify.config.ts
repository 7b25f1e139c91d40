import { defineConfig } from "vitest/config";

/** What takes too long for `npm test`, and what is tried on the package as it is published. */
export default defineConfig({
  test: {
    maxWorkers: "100%",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    deps: { interopDefault: false },
    include: ["{console,spec,mock,contract-tests,proxy,fixtures,rehearsal,cli,scripts,examples}/**/*.verify.ts"],
    globalSetup: ["scripts/build/global-setup.ts"],
    reporters: ["dot"],
  },
});
