import { type Cluster, createCluster } from "../../mock/store/postgres/cluster.test-helper.ts";
import { type Balancer, startBalancer } from "./balancer.ts";
import { freePorts, Replica } from "./replica.ts";

/** A sandbox as `deploy/` has it: mocks that share a database, and a balancer before them. */
export interface Sandbox extends Pick<Balancer, "url"> {
  readonly replicas: readonly Replica[];
  readonly cluster: Cluster;
  end(): Promise<void>;
}

/**
 * Starts a sandbox on this machine.
 * @param keys that are accepted, each with an organization of its own
 */
export async function startSandbox(count: number, keys: readonly string[]): Promise<Sandbox> {
  const cluster = await createCluster();
  const [port = 0, ...ports] = await freePorts(count + 1);
  const accepted = keys.flatMap((key) => ["--api-key", key]);
  const options = ["--crawl", "1s", "--trust-proxy", "--webhook-allow", "127.0.0.0/8", "--max-widgets", "1000000"];
  const replicas = ports.map((one) => new Replica(one, ["--database", cluster.url, ...options, ...accepted]));
  await Promise.all(replicas.map((replica) => replica.start()));
  const balancer = await startBalancer(port, ports);
  return {
    url: balancer.url,
    replicas,
    cluster,
    async end() {
      await balancer.end();
      await Promise.all(replicas.map((replica) => replica.end()));
      await cluster.remove();
    },
  };
}
