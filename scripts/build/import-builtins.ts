import { builtinModules } from "node:module";
import type { Plugin } from "esbuild";

/**
 * Makes imports of what CommonJS libraries require of Node: an ES module has no `require`, and one made from its own URL
 * ends whoever turns the bundle into CommonJS.
 */
export const importBuiltins: Plugin = {
  name: "import-builtins",
  setup(build) {
    const builtins = new Set(builtinModules);
    build.onResolve({ filter: /^(node:)?[a-z\d_/]+$/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, "");
      return kind === "require-call" && builtins.has(name) ? { path: name, namespace: "builtin" } : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `import builtin from "node:${path}"; module.exports = builtin;`,
      loader: "js",
    }));
  },
};
