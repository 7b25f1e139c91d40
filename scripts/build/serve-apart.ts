import type { Plugin } from "esbuild";

/** The module that the bin serves with, by its path in the source and in `dist/`. */
export const servingModule = "cli/run-serve";

/** Leaves what the bin serves with to a bundle of its own, whose few files start faster than chunks that others share. */
export const serveApart: Plugin = {
  name: "serve-apart",
  setup(build) {
    build.onResolve({ filter: /\/run-serve\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./run-serve.js", external: true } : undefined,
    );
  },
};
