import { configDefaults, defineConfig } from "vitest/config";

/** Tests that run the bin, import the package by its name, share the mock of a run, or open the console: they need `dist/`. */
const builtTests = [
  "cli/*.test.ts",
  "console/*.test.ts",
  "contract-tests/vitest.test.ts",
  "examples/**/*.test.ts",
  "mock/testing/**/*.test.ts",
  "scripts/build/**/*.test.ts",
];

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "source",
          include: ["{console,spec,mock,contract-tests,proxy,fixtures,rehearsal,cli,scripts}/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...builtTests],
          // Files share the modules that they import, which take longer to load than most tests to run.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: "built", include: builtTests, globalSetup: ["scripts/build/global-setup.ts"] },
      },
    ],
    // Every core, where Vitest would leave one free.
    maxWorkers: "100%",
    // No test is a race against time: what is slow here is a machine that is busy with other things.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    // As Node does it: what a CommonJS package exports is not unwrapped.
    deps: { interopDefault: false },
    coverage: {
      include: ["mock/**/*.ts"],
      // What tests are made of is not what they try, and the browser runs its own build of what is for it alone.
      exclude: ["**/*.test.ts", "**/*.verify.ts", "**/*.test-helper.ts", "**/*.browser.ts", "**/generated/**"],
      reporter: ["text-summary"],
      thresholds: { lines: 95 },
    },
  },
});
