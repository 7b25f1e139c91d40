import type { Plugin } from "esbuild";

/** Takes modules that need nothing of Node in the place of others, such as `post-event.browser.ts` for `post-event.ts`. */
export const browserModules: Plugin = {
  name: "browser-modules",
  setup(build) {
    build.onResolve({ filter: /\/(post-event|console-files|metrics-text)\.ts$/ }, ({ path, resolveDir, kind }) =>
      build.resolve(path.replace(/\.ts$/, ".browser.ts"), { resolveDir, kind }),
    );
  },
};
