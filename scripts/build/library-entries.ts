/** Modules that the package exports for Node, by their paths without an extension: the same in the source and in `dist/`. */
export const nodeEntries = [
  "contract-tests/index",
  "contract-tests/vitest",
  "mock/index",
  "mock/testing/mock-dispatcher",
  "mock/testing/msw",
  "mock/testing/node",
  "mock/testing/playwright",
  "mock/testing/vitest",
  "mock/testing/vitest-coverage",
  "mock/testing/vitest-setup",
  "rehearsal/vitest",
] as const;

/** Modules that need nothing of Node, so that one file serves Node and browsers. */
export const neutralEntries = ["fixtures/arbitraries", "fixtures/index", "spec/api"] as const;

/** Every module that the package exports. */
export const libraryEntries = [...nodeEntries, ...neutralEntries] as const;

/** Modules for Node that a browser can load too, bundled for it in `dist/browser/`. */
export const browserEntries = ["mock/index", "mock/testing/msw"] as const;
