import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
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
