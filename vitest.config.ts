import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
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
