import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { createControlClient, outputOf, remoteControls } from "../../mock/testing/remote-controls.ts";
import type { RemoteMock } from "../../mock/testing/remote-mock.ts";
import { streamUrl } from "../../mock/world/webhooks/endpoint.ts";
import type { WebhookAsReceived } from "./check-signature.ts";

/** How to follow the deliveries of a mock. */
export interface DeliveryFollower {
  readonly secret: string | undefined;
  /** Called when the mock has been reached, before anything is taken. */
  readonly onReady: () => void;
  readonly handle: (webhook: WebhookAsReceived) => Promise<unknown>;
  readonly print: (line: string) => void;
  /** Aborted when it shall end. */
  readonly signal: AbortSignal;
}

const minPauseMs = 500;
const maxPauseMs = 10_000;

/**
 * Takes the webhooks of a mock from its event stream until it is told to end: by an endpoint of its own, whose deliveries it
 * reads. After a lost connection it comes again, and takes what it has missed.
 * @throws Error if the mock cannot be reached at first, or rejects it
 */
export async function followDeliveries(remote: RemoteMock, follower: DeliveryFollower): Promise<void> {
  const { secret, print, signal } = follower;
  const controls = remoteControls(remote);
  const addEndpoint = () => controls.webhooks.add({ url: streamUrl, ...(secret === undefined ? {} : { secret }) });
  const source = new DeliverySource(remote, follower, (await addEndpoint()).id);
  follower.onReady();
  let pauseMs = minPauseMs;
  while (!signal.aborted) {
    try {
      await source.readStream(() => {
        pauseMs = minPauseMs;
      });
      if (!signal.aborted) print("the event stream has ended; connecting again");
    } catch (error) {
      if (!signal.aborted) print(`the connection is lost (${(error as Error).message}); trying again`);
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(2 * pauseMs, maxPauseMs);
    // A mock that was started again knows nothing of the endpoint.
    if (!signal.aborted) await source.renew(addEndpoint).catch(() => undefined);
  }
  await controls.webhooks.remove({ endpoint_id: source.endpoint }).catch(() => undefined);
}

/** The deliveries of one endpoint, each attempt once. */
class DeliverySource {
  readonly #remote: RemoteMock;
  readonly #follower: DeliveryFollower;
  endpoint: string;
  /** Attempts that were taken, by delivery; the two copies of a duplicate are told apart by their place. */
  #taken = new Map<string, number>();
  #reading: Promise<void> = Promise.resolve();

  constructor(remote: RemoteMock, follower: DeliveryFollower, endpoint: string) {
    this.#remote = remote;
    this.#follower = follower;
    this.endpoint = endpoint;
  }

  /** @param onOpen called when the stream is open */
  async readStream(onOpen: () => void): Promise<void> {
    const { signal } = this.#follower;
    const response = createControlClient(this.#remote).GET("/_mock/events", { parseAs: "stream", signal });
    const stream = (await outputOf(response, this.#remote.url)) as unknown as Readable;
    onOpen();
    void this.#take();
    for await (const line of createInterface({ input: stream })) {
      if (line.startsWith("data: ") && this.#isOwn(line.slice("data: ".length))) void this.#take();
    }
    await this.#reading;
  }

  /** Adds an endpoint again if the mock has lost it. */
  async renew(addEndpoint: () => Promise<{ readonly id: string }>): Promise<void> {
    const { endpoints } = await remoteControls(this.#remote).webhooks.list();
    if (endpoints.some(({ id, url }) => id === this.endpoint && url === streamUrl)) return;
    this.endpoint = (await addEndpoint()).id;
    this.#taken.clear();
  }

  #isOwn(data: string): boolean {
    const { type, endpoint } = JSON.parse(data);
    return type === "webhook.delivered" && endpoint === this.endpoint;
  }

  /** Takes what has come since the last time, one after the other. */
  #take(): Promise<void> {
    this.#reading = this.#reading
      .then(() => this.#takeNew())
      .catch((error: Error) => this.#follower.print(error.message));
    return this.#reading;
  }

  async #takeNew(): Promise<void> {
    const { deliveries } = await remoteControls(this.#remote).deliveries.list();
    const before = this.#taken;
    const taken = new Map<string, number>();
    for (const { endpoint, id, body, attempts } of deliveries) {
      if (endpoint !== this.endpoint) continue;
      const key = taken.has(id) ? `${id} again` : id;
      taken.set(key, attempts.length);
      for (const { headers } of attempts.slice(before.get(key) ?? 0)) {
        await this.#follower.handle({ headers: texts(headers), body: Buffer.from(body) });
      }
    }
    this.#taken = taken;
  }
}

function texts(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
