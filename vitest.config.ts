import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{spec,mock,contract-tests,fixtures,cli,scripts,examples}/**/*.test.ts"],
    coverage: {
      include: ["mock/**/*.ts"],
      exclude: ["**/*.test.ts", "**/generated/**"],
      reporter: ["text-summary"],
      thresholds: { lines: 95 },
    },
  },
});
