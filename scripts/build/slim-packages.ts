import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "esbuild";

/** What is used of a package that would be bundled whole, as CommonJS is. */
interface SlimPackage {
  readonly name: string;
  /** Its modules, by the names that they are imported by. */
  readonly modules: { readonly [exported: string]: string };
  /** What its own entry does, before anything is exported. */
  readonly prepare?: readonly string[];
  /** True for a file of ours that extends the classes of the user's own copy. */
  readonly isForeign?: (importer: string) => boolean;
}

const packages: readonly SlimPackage[] = [
  {
    // What webhooks and the contract tests use of it: not its own fetch, caches and mocks.
    name: "undici",
    modules: {
      Agent: "undici/lib/dispatcher/agent.js",
      EnvHttpProxyAgent: "undici/lib/dispatcher/env-http-proxy-agent.js",
      ProxyAgent: "undici/lib/dispatcher/proxy-agent.js",
      buildConnector: "undici/lib/core/connect.js",
    },
    // Dispatchers get their methods, such as connect, here.
    prepare: [
      'import api from "undici/lib/api/index.js";',
      'import Dispatcher from "undici/lib/dispatcher/dispatcher.js";',
      "Object.assign(Dispatcher.prototype, api);",
    ],
    isForeign: (importer) => importer.endsWith("mock-dispatcher.ts"),
  },
  {
    // What /metrics uses of it: not clusters, a gateway to push to, and summaries with their trees.
    name: "prom-client",
    modules: {
      Counter: "prom-client/lib/counter.js",
      Gauge: "prom-client/lib/gauge.js",
      Registry: "prom-client/lib/registry.js",
      collectDefaultMetrics: "prom-client/lib/defaultMetrics.js",
    },
  },
  {
    // Asked by the exemplars of prom-client alone, which are off.
    name: "@opentelemetry/api",
    modules: {},
  },
];

/**
 * Leaves out of packages what nobody uses of them. As modules they also have the names by which they are imported later,
 * when something is first needed.
 */
export const slimPackages: Plugin = {
  name: "slim-packages",
  setup(build) {
    const namespace = "slim-package";
    for (const slim of packages) {
      build.onResolve({ filter: new RegExp(`^${slim.name}$`) }, ({ path, importer }) =>
        slim.isForeign?.(importer) ? { path, external: true } : { path, namespace },
      );
    }
    build.onLoad({ filter: /.*/, namespace }, ({ path }) => {
      const { modules = {}, prepare = [] } = packages.find(({ name }) => name === path) ?? {};
      const exported = Object.entries(modules).map(
        ([name, module]) => `export { default as ${name} } from "${module}";`,
      );
      return {
        contents: [...prepare, ...exported].join("\n"),
        loader: "js",
        resolveDir: join(import.meta.dirname, "../.."),
      };
    });
    // It looks for a matcher of globs in a way that test runners which transform modules stumble over; tinyglobby has its own.
    build.onLoad({ filter: /[\\/]fdir[\\/]dist[\\/]index\.mjs$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const contents = source
        .replace(/^import \{ createRequire \} from "module";$/m, "")
        .replace("createRequire(import.meta.url)", "undefined");
      return { contents, loader: "js" };
    });
  },
};
