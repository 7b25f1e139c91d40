/** The modules that the package exports for Node, by their paths without an end: the same in the source and in `dist/`. */
export const nodeEntries = [
  "contract-tests/index",
  "contract-tests/vitest",
  "mock/index",
  "mock/testing/msw",
  "mock/testing/vitest",
  "mock/testing/vitest-setup",
] as const;

/** Those that need nothing of Node, and so are the same wherever they are loaded. */
export const neutralEntries = ["fixtures/arbitraries", "fixtures/index"] as const;

/** Every module that the package exports. */
export const libraryEntries = [...nodeEntries, ...neutralEntries] as const;

/** Those for Node that a page can load too; they are in `dist/browser/`. */
export const browserEntries = ["mock/index", "mock/testing/msw"] as const;
