/** The modules that the package exports, by their paths without an end: the same in the source and in `dist/`. */
export const libraryEntries = [
  "contract-tests/index",
  "mock/index",
  "mock/testing/msw",
  "mock/testing/vitest",
  "mock/testing/vitest-setup",
] as const;

/** Those of them that a page can load; they are in `dist/browser/`. */
export const browserEntries = ["mock/index", "mock/testing/msw"] as const;
