import { join } from "node:path";
import type { Plugin } from "esbuild";

/** What /metrics uses of prom-client, by its modules. */
const modules = {
  Counter: "counter",
  Gauge: "gauge",
  Registry: "registry",
  collectDefaultMetrics: "defaultMetrics",
};

/**
 * Leaves out of prom-client what nobody uses, such as clusters, a gateway to push to, and summaries with their trees: as
 * CommonJS it would be bundled whole. OpenTelemetry is asked by exemplars alone, which are off.
 */
export const slimPromClient: Plugin = {
  name: "slim-prom-client",
  setup(build) {
    build.onResolve({ filter: /^prom-client$/ }, ({ path }) => ({ path, namespace: "slim-prom-client" }));
    build.onLoad({ filter: /.*/, namespace: "slim-prom-client" }, () => ({
      contents: Object.entries(modules)
        .map(([name, path]) => `export { default as ${name} } from "prom-client/lib/${path}.js";`)
        .join("\n"),
      loader: "js",
      resolveDir: join(import.meta.dirname, "../.."),
    }));
    build.onResolve({ filter: /^@opentelemetry\/api$/ }, ({ path }) => ({ path, namespace: "no-open-telemetry" }));
    build.onLoad({ filter: /.*/, namespace: "no-open-telemetry" }, () => ({
      contents: "module.exports = {};",
      loader: "js",
    }));
  },
};
