import { expect, test } from "vitest";
import { type DescribedOperation, operationsOf } from "../../spec/operations.ts";
import { clientOf } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { fetchOf, type MockFetch } from "../http/fetch.ts";
import type { Mock } from "../index.ts";
import { document } from "./document.ts";

const operations = operationsOf(document);
const shared = { url: "http://127.0.0.1:9/all", faults: { drop: true } };
const secret = `whsec_${btoa("secret of the victim's own".padEnd(32))}`;

/** The `fetch` of a partner on another machine. */
function fromElsewhere({ core }: Pick<Mock, "core">): MockFetch {
  const caller = { remoteAddress: "203.0.113.9", localAddress: "192.0.2.1", hostname: "0.0.0.0", httpVersion: "1.1" };
  return fetchOf({ ...core, answer: (exchange) => core.answer({ ...exchange, caller }) });
}

/** A sandbox with two partners; the victim's world has something of everything that a path can name. */
async function sandbox() {
  const mock = checkedMock({ clock: "manual", controlToken: "s3cret", webhooks: [shared] });
  mock.core.listensOn("0.0.0.0");
  const { key: attacker } = mock.keys.create({ organization: "attacker" });
  const { key: victim, id: keyId } = mock.keys.create({ organization: "victim" });
  const api = clientOf(mock, victim);
  const id = await api.create();
  const world = mock.world(victim);
  const endpoint = world.webhooks.add({ url: "http://127.0.0.1:9/hook", secret, faults: { drop: true } });
  const fault = world.faults.add({ operation: "deleteWidget", status: 503 });
  world.clock.advance({ seconds: 2 });
  const [delivery] = world.deliveries.list().deliveries.filter((one) => one.endpoint === endpoint.id);
  const [request] = world.journal.list().requests;
  const names: { readonly [parameter: string]: string | undefined } = {
    ...{ id, endpoint_id: endpoint.id, fault_id: fault.id, delivery_id: delivery?.id, request_id: request?.request_id },
    ...{ organization: "victim", key_id: keyId },
  };
  return { mock, attacker, victim, names };
}

function requestOf({ method, path, example }: DescribedOperation, names: Awaited<ReturnType<typeof sandbox>>["names"]) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = names[name];
    if (value === undefined) throw new Error(`the victim has no ${name}`);
    return value;
  });
  return { method, url: `http://mock.test${filled}`, ...(example !== undefined && { body: JSON.stringify(example) }) };
}

/** What the victim has, and what all organizations share. */
function stateOf(mock: Mock, victim: string) {
  return {
    world: mock.world(victim).snapshot.export(),
    clock: mock.clock.get(),
    crawls: mock.crawls.get(),
    faults: mock.faults.list(),
    endpoints: mock.webhooks.list().endpoints.filter(({ url }) => url.endsWith("/all")),
    organizations: mock.organizations.list().organizations.map(({ usage, world: _, ...shared }) => ({
      ...shared,
      // The attacker may use up its own.
      usage: shared.organization === "attacker" ? [] : usage,
    })),
  };
}

const isOpen = ({ id }: DescribedOperation) => id === "getHealth" || id === "getReadiness";

const streamed = ["streamEvents"];

test.each(
  operations.filter(({ id }) => !streamed.includes(id)).map((operation) => [operation.id, operation] as const),
)("a partner's key does nothing to another world, and shows nothing of it, by %s", async (_, operation) => {
  const { mock, attacker, victim, names } = await sandbox();
  const before = stateOf(mock, victim);
  const { url, ...request } = requestOf(operation, names);
  const response = await fromElsewhere(mock)(url, { ...request, headers: { authorization: `Bearer ${attacker}` } });
  const text = await response.text();
  if (operation.security === "controlToken") {
    expect([response.status, JSON.parse(text).code]).toEqual([403, "admin_needed"]);
  }
  expect(response.status).not.toBe(401);
  expect(stateOf(mock, victim)).toEqual(before);
  // A rejection repeats what was asked for.
  const named = [names["id"], names["delivery_id"], names["request_id"], names["key_id"], names["organization"]];
  for (const hidden of [secret, victim, ...named.filter((name = "") => !url.includes(name))])
    expect(text).not.toContain(hidden);
});

test("the event stream of a partner's key is silent about other worlds", async () => {
  const { mock, attacker, victim } = await sandbox();
  const stop = new AbortController();
  const response = await fromElsewhere(mock)("http://mock.test/_mock/events", {
    headers: { authorization: `Bearer ${attacker}` },
    signal: stop.signal,
  });
  const theirs = await clientOf(mock, victim).create();
  const own = await clientOf(mock, attacker).create();
  const reader = response.body?.getReader();
  let text = "";
  while (!text.includes(own)) text += new TextDecoder().decode((await reader?.read())?.value);
  stop.abort();
  expect(text).not.toContain(theirs);
});

test("without a key or with a wrong one, nothing but the health is there from elsewhere", async () => {
  const { mock, names } = await sandbox();
  const fetch = fromElsewhere(mock);
  for (const operation of operations) {
    const { url, ...request } = requestOf(operation, names);
    expect((await fetch(url, request)).status, operation.id).toBe(isOpen(operation) ? 200 : 401);
    const headers = { authorization: "Bearer sk_test_made_up" };
    expect((await fetch(url, { ...request, headers })).status, operation.id).toBe(isOpen(operation) ? 200 : 401);
  }
});
