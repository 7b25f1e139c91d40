import { expect, onTestFinished, test } from "vitest";
import { lacksPostgres } from "../../mock/store/postgres/cluster.test-helper.ts";
import { lacksBalancer } from "./balancer.ts";
import { noFigures } from "./partner.ts";
import { Receiver } from "./receiver.ts";
import { partnersOf, startSandbox } from "./sandbox.ts";

const kills = process.env["WIDGETS_VERIFY"] === "full" ? 30 : 6;
const keys = ["sk_test_north", "sk_test_south", "sk_test_east"];

test.skipIf(lacksPostgres || lacksBalancer)(
  "a key is served by one replica by the balancer of deploy/, and by all of them in turn",
  async () => {
    const [byKey = "", inTurn = ""] = keys;
    const sandbox = await startSandbox(3, keys);
    onTestFinished(() => sandbox.end());
    /** Which replicas have served a key: coverage is of one replica, and not of all. */
    const servedBy = async (url: string, key: string) => {
      const headers = { authorization: `Bearer ${key}` };
      for (let n = 0; n < 12; n++) await fetch(`${url}/api/v1/widgets`, { headers });
      const met = sandbox.replicas.map(async ({ port }) => {
        const response = await fetch(`http://127.0.0.1:${port}/_mock/coverage`, { headers });
        const { items } = (await response.json()) as {
          readonly items: readonly { readonly id: string; count: number }[];
        };
        return items.find(({ id }) => id === "operation listWidgets")?.count ?? 0;
      });
      return (await Promise.all(met)).filter((count) => count > 0);
    };
    expect(await servedBy(sandbox.url, byKey)).toEqual([12]);
    expect(await servedBy(sandbox.inTurnUrl, inTurn)).toHaveLength(3);
  },
);

test.skipIf(lacksPostgres || lacksBalancer)(
  "three replicas behind HAProxy lose nothing that was acknowledged while one after another is killed",
  async () => {
    const sandbox = await startSandbox(3, keys);
    onTestFinished(() => sandbox.end());
    const figures = noFigures();
    const partners = partnersOf(sandbox, keys, figures);
    const receiver = new Receiver(partners);
    const url = await receiver.listen();
    for (const partner of partners) await partner.subscribe(url);
    const running = { is: true };
    const work = partners.map((partner) => partner.work(running, 0));
    for (let kill = 0; kill < kills; kill++) {
      const replica = sandbox.replicas[kill % sandbox.replicas.length];
      const before = figures.requests;
      // Load on all of them, before the kill and after it.
      await expect.poll(() => figures.requests - before).toBeGreaterThan(100);
      await replica?.end("SIGKILL");
      await expect.poll(() => figures.requests - before).toBeGreaterThan(200);
      await replica?.start();
    }
    running.is = false;
    await Promise.all(work);
    for (const partner of partners) await partner.check();
    await expect.poll(() => receiver.missing()).toEqual([]);
    await receiver.close();
    expect([...partners.flatMap(({ breaches }) => breaches), ...receiver.breaches]).toEqual([]);
    // What was cut off is answered at once if it is sent again: long before the balancer's next check.
    expect(figures.mostInARow).toBeLessThanOrEqual(2);
    expect(figures.failures).toBeLessThanOrEqual(kills * keys.length * 3);
  },
);
