import { Refusal } from "../refusal.ts";

/** It takes the place of the module for Node, so it has that one's name. */
export { noMetrics as metricsText };

/** In a browser there are none: no Prometheus could ask for them. */
async function noMetrics(): Promise<never> {
  throw new Refusal("no_control", { values: { path: "/metrics" } });
}
