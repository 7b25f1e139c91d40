import type { Plugin } from "esbuild";

/** Takes `post-event.browser.ts`, which needs nothing of Node, in the place of `post-event.ts`. */
export const browserModules: Plugin = {
  name: "browser-modules",
  setup(build) {
    build.onResolve({ filter: /\/post-event\.ts$/ }, ({ path, resolveDir, kind }) =>
      build.resolve(path.replace(/\.ts$/, ".browser.ts"), { resolveDir, kind }),
    );
  },
};
