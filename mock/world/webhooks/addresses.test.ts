import type { LookupAddress } from "node:dns";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { clientOf } from "../../api-client.test-helper.ts";
import { checkedMock } from "../../checked-mock.test-helper.ts";
import { controlOf } from "../../control-plane/control-client.test-helper.ts";
import { createMock, type MockOptions, OptionError } from "../../index.ts";
import { describeDeliveryError } from "./delivery-error.ts";
import { type AddressLookup, AddressPolicy } from "./guarded-lookup.ts";
import { guardedAgent, postByUndici } from "./post-by-undici.ts";
import { receiver } from "./receiver.test-helper.ts";

test.each([
  ...["127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1"],
  ...["169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "224.0.0.1", "255.255.255.255"],
  ...["::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1"],
  ...["::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:ffff:a00:1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1"],
  ...["2002:7f00:1::1", "2001:0:7f00:1::1", "2001:db8::1", "100::1", "localhost", "", "2130706433", "0177.0.0.1"],
])("no stranger's webhook is sent to %s", (address) => {
  expect(new AddressPolicy([]).allows(address)).toBe(false);
});

test.each([
  "8.8.8.8",
  "172.32.0.1",
  "100.128.0.1",
  "2606:4700::1111",
  "2a00:1450::1",
  "::ffff:8.8.8.8",
])("webhooks are sent to %s, which is public", (address) => {
  expect(new AddressPolicy([]).allows(address)).toBe(true);
});

test("a network that is allowed is, and no other one", () => {
  const policy = new AddressPolicy(["10.1.0.0/16", "fd12::/16", "192.168.7.7"]);
  for (const address of ["10.1.2.3", "::ffff:10.1.2.3", "fd12::1", "192.168.7.7"])
    expect(policy.allows(address)).toBe(true);
  for (const address of ["10.2.0.1", "fd13::1", "192.168.7.8", "127.0.0.1"]) expect(policy.allows(address)).toBe(false);
});

test.each([
  "10.0.0.0/33",
  "fd00::/129",
  "10.0.0",
  "300.0.0.0/8",
  "host",
  "10.0.0.0/",
  ":/8",
  "1.2.3.4/-1",
])("%j is no network", (network) => {
  expect(() => createMock({ webhookAllow: [network] })).toThrow(OptionError);
});

/** A receiver at an address of this machine, on the port of another one. */
async function receiverAt(host: string, port = 0) {
  let count = 0;
  const server = createServer((_, response) => {
    count++;
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, count: () => count };
}

test("a name that leads to a public address at the first look and to 127.0.0.1 at the second is refused then", async () => {
  // 127.0.0.2 stands for a public address.
  const allowed = await receiverAt("127.0.0.2");
  const inside = await receiverAt("127.0.0.1", allowed.port);
  let looks = 0;
  const lookup: AddressLookup = (_, __, callback) => {
    looks++;
    const addresses: LookupAddress[] = [{ address: looks === 1 ? "127.0.0.2" : "127.0.0.1", family: 4 }];
    setImmediate(() => callback(null, addresses));
  };
  const agent = guardedAgent(["127.0.0.2"], lookup);
  const event = { headers: {}, body: "{}", signal: new AbortController().signal, networks: [] };
  const post = (host: string) => postByUndici({ ...event, url: `http://${host}:${allowed.port}/` }, agent);
  const first = await post("rebinding.example");
  for await (const _ of first.body);
  expect([first.status, allowed.count()]).toEqual([204, 1]);
  await expect(post("rebinding.example")).rejects.toThrow("not public");
  // All of them are the same machine: the URL is normalized before it is looked at.
  for (const host of ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "[::1]", "0"]) {
    const error = await post(host).catch(describeDeliveryError);
    expect(error, host).toBe(
      "the receiver's address is not public; whoever runs this mock can allow it with --webhook-allow",
    );
  }
  expect([looks, inside.count()]).toEqual([2, 0]);
});

test("of several addresses of a name, only those that are allowed are tried", async () => {
  const allowed = await receiverAt("127.0.0.2");
  const inside = await receiverAt("127.0.0.1", allowed.port);
  const lookup: AddressLookup = (_, __, callback) =>
    callback(null, [
      { address: "127.0.0.1", family: 4 },
      { address: "127.0.0.2", family: 4 },
    ]);
  const event = { headers: {}, body: "{}", signal: new AbortController().signal, networks: [] };
  const url = `http://mixed.example:${allowed.port}/`;
  const { status } = await postByUndici({ ...event, url }, guardedAgent(["127.0.0.2"], lookup));
  expect([status, allowed.count(), inside.count()]).toEqual([204, 1, 0]);
});

/** What becomes of the event of a widget, with an endpoint that a partner adds. */
async function attemptAt(url: string, options: MockOptions, host: string) {
  const mock = checkedMock({ clock: "manual", ...options });
  mock.core.listensOn(host);
  const { key } = mock.keys.create({ organization: "acme" });
  expect((await controlOf(mock, key).post("/webhooks", { url })).status).toBe(200);
  await clientOf(mock, key).create();
  const control = controlOf(mock, key);
  await control.post("/clock/advance", { seconds: 2 });
  return (await control.get("/deliveries")).body.deliveries.at(-1);
}

test.each([
  ["another address than loopback", {}, "0.0.0.0", false],
  ["loopback", {}, "127.0.0.1", true],
  ["another address, with --webhook-allow", { webhookAllow: ["127.0.0.0/8"] }, "0.0.0.0", true],
])("an endpoint at 127.0.0.1, added by a partner of a mock that listens on %s", async (_, options, host, isSent) => {
  const { url, received } = await receiver();
  const { state, attempts } = await attemptAt(url, options, host);
  expect([state, received.length]).toEqual(isSent ? ["delivered", 1] : ["pending", 0]);
  if (!isSent) expect(attempts[0].error).toContain("--webhook-allow");
});

test("endpoints of whoever runs the mock may be anywhere", async () => {
  const [configured, added] = [await receiver(), await receiver()];
  const mock = checkedMock({ clock: "manual", webhooks: [{ url: configured.url }] });
  mock.core.listensOn("0.0.0.0");
  mock.webhooks.add({ url: added.url });
  const { key } = mock.keys.create({ organization: "acme" });
  await clientOf(mock, key).create();
  await controlOf(mock, key).post("/clock/advance", { seconds: 2 });
  expect([configured.received.length, added.received.length]).toEqual([1, 1]);
});

test("a redirect is not followed to where an event may not be sent", async () => {
  const inside = await receiver();
  const outside = await receiver(() => ({ status: 307, headers: { location: inside.url } }));
  const { attempts } = await attemptAt(outside.url, { webhookAllow: ["127.0.0.1"] }, "0.0.0.0");
  expect([attempts[0].status, attempts[0].error, inside.received.length]).toEqual([
    307,
    "redirects are not followed",
    0,
  ]);
});
