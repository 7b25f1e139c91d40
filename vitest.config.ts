import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // No test is a race against time: what is slow here is a machine that does much else.
    testTimeout: 120_000,
    globalSetup: ["examples/vitest/global-setup.ts"],
    // As Node does it: what a CommonJS package exports is not unwrapped.
    deps: { interopDefault: false },
    include: ["{spec,mock,contract-tests,fixtures,cli,scripts,examples}/**/*.test.ts"],
    coverage: {
      include: ["mock/**/*.ts"],
      exclude: ["**/*.test.ts", "**/generated/**"],
      reporter: ["text-summary"],
      thresholds: { lines: 95 },
    },
  },
});
