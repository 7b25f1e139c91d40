import { type Cluster, createCluster } from "../../mock/store/postgres/cluster.test-helper.ts";
import { startBalancer } from "./balancer.ts";
import { type Figures, Partner } from "./partner.ts";
import { freePorts, Replica } from "./replica.ts";

/** A sandbox as `deploy/` has it: mocks that share a database, and a balancer before them, with another one beside it. */
export interface Sandbox {
  /** Base URL of the balancer of `deploy/`, which leads a key to the same mock. */
  readonly url: string;
  /** Base URL of one that leads each request to the next mock, so that all of them serve each organization. */
  readonly inTurnUrl: string;
  readonly replicas: readonly Replica[];
  readonly cluster: Cluster;
  end(): Promise<void>;
}

/** Partners of a sandbox: the first of them by one balancer, the next by the other, and so on. */
export function partnersOf({ url, inTurnUrl }: Sandbox, keys: readonly string[], figures: Figures): Partner[] {
  return keys.map((key, place) => new Partner(place % 2 === 0 ? inTurnUrl : url, key, figures));
}

/**
 * Starts a sandbox on this machine.
 * @param keys that are accepted, each with an organization of its own
 */
export async function startSandbox(count: number, keys: readonly string[]): Promise<Sandbox> {
  const cluster = await createCluster();
  const [port = 0, inTurnPort = 0, ...ports] = await freePorts(count + 2);
  const accepted = keys.flatMap((key) => ["--api-key", key]);
  const options = ["--crawl", "1s", "--trust-proxy", "--webhook-allow", "127.0.0.0/8", "--max-widgets", "1000000"];
  const replicas = ports.map((one) => new Replica(one, ["--database", cluster.url, ...options, ...accepted]));
  await Promise.all(replicas.map((replica) => replica.start()));
  const balancers = [await startBalancer(port, ports, "by key"), await startBalancer(inTurnPort, ports, "in turn")];
  const [{ url } = { url: "" }, { url: inTurnUrl } = { url: "" }] = balancers;
  return {
    url,
    inTurnUrl,
    replicas,
    cluster,
    async end() {
      await Promise.all(balancers.map((balancer) => balancer.end()));
      await Promise.all(replicas.map((replica) => replica.end()));
      await cluster.remove();
    },
  };
}
