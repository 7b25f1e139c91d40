import { join } from "node:path";
import type { Plugin } from "esbuild";

/** What webhooks and the contract tests use of undici, by its modules. */
const modules = {
  Agent: "dispatcher/agent",
  EnvHttpProxyAgent: "dispatcher/env-http-proxy-agent",
  ProxyAgent: "dispatcher/proxy-agent",
  buildConnector: "core/connect",
};

/**
 * Leaves out of undici what nobody uses, such as its own fetch, caches and mocks: as CommonJS it would be bundled whole. As
 * a module it also has the names by which it is imported later, when a run begins. The mock's dispatcher extends the
 * class of the user's own undici.
 */
export const slimUndici: Plugin = {
  name: "slim-undici",
  setup(build) {
    build.onResolve({ filter: /^undici$/ }, ({ path, importer }) =>
      importer.endsWith("mock-dispatcher.ts") ? { path, external: true } : { path, namespace: "slim-undici" },
    );
    build.onLoad({ filter: /.*/, namespace: "slim-undici" }, () => ({
      // As undici's own entry does it: dispatchers get their methods, such as connect, here.
      contents: [
        'import api from "undici/lib/api/index.js";',
        'import Dispatcher from "undici/lib/dispatcher/dispatcher.js";',
        "Object.assign(Dispatcher.prototype, api);",
        ...Object.entries(modules).map(([name, path]) => `export { default as ${name} } from "undici/lib/${path}.js";`),
      ].join("\n"),
      loader: "js",
      resolveDir: join(import.meta.dirname, "../.."),
    }));
  },
};
