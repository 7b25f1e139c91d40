import { expect, test } from "vitest";
import { clientOf } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import type { Caller } from "../http/caller.ts";
import { fetchOf } from "../http/fetch.ts";
import type { Mock, MockOptions } from "../index.ts";
import { defaultSecret } from "../world/webhooks/endpoint.ts";

const secretOf = (whose: string) => `whsec_${btoa(whose.padEnd(32))}`;
const shared = { url: "http://127.0.0.1:9/all", secret: secretOf("the operator's"), faults: { drop: true } };

/** Calls a mock as a program on another machine does. */
function fromElsewhere({ core }: Mock, headers: Record<string, string>) {
  const caller: Caller = { remoteAddress: "203.0.113.9", localAddress: "192.0.2.1", hostname: "0", httpVersion: "1.1" };
  const fetch = fetchOf({ ...core, answer: (exchange) => core.answer({ ...exchange, caller }) });
  return async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://mock.test/_mock${path}`, { ...init, headers });
    return { status: response.status, text: await response.text() };
  };
}

const asAdmin = { "control-token": "s3cret" };

/** A mock that a partner uses from another machine. */
async function sandbox(options: MockOptions = {}) {
  const mock = checkedMock({ clock: "manual", controlToken: "s3cret", webhooks: [shared], ...options });
  mock.core.listensOn("0.0.0.0");
  const { key } = mock.keys.create({ organization: "acme" });
  await clientOf(mock, key).create();
  mock
    .world(key)
    .webhooks.add({ url: "http://127.0.0.1:9/own", secret: secretOf("the partner's"), faults: { drop: true } });
  return {
    mock,
    key,
    partner: fromElsewhere(mock, { authorization: `Bearer ${key}` }),
    admin: fromElsewhere(mock, asAdmin),
  };
}

test("webhook secrets are shown to their owner only", async () => {
  const { partner, admin } = await sandbox();
  for (const path of ["/webhooks", "/snapshot"]) {
    const own = (await partner(path)).text;
    expect(own, path).toContain(secretOf("the partner's"));
    expect(own, path).not.toContain(secretOf("the operator's"));
    const all = (await admin(path)).text;
    expect(all, path).not.toContain(secretOf("the partner's"));
  }
  expect((await admin("/webhooks")).text).toContain(secretOf("the operator's"));
});

test("an endpoint of an organization that an admin has made has a secret of its own, where none is given", async () => {
  const { mock, partner } = await sandbox({ openKeys: true });
  const [one, other] = await Promise.all(
    ["/1", "/2"].map(async (path) => {
      const body = JSON.stringify({ url: `https://hooks.example${path}` });
      return JSON.parse((await partner("/webhooks", { method: "POST", body })).text);
    }),
  );
  expect(one.secret).toMatch(/^whsec_[\w+/]{32}$/);
  expect(other.secret).not.toBe(one.secret);
  expect([one.secret, other.secret]).not.toContain(defaultSecret);
  expect(JSON.parse((await partner("/webhooks")).text).endpoints).toContainEqual(one);
  expect(mock.world("sk_test_open").webhooks.add({ url: "https://hooks.example/3" }).secret).toBe(defaultSecret);
});

test("without a token, a mock shows this machine all that it may use", async () => {
  const mock = checkedMock({ webhooks: [shared] });
  const { fetch } = mock;
  expect(await (await fetch("http://mock.test/_mock/webhooks")).text()).toContain(secretOf("the operator's"));
  expect(await (await fetch("http://mock.test/_mock/snapshot")).text()).toContain(secretOf("the operator's"));
});

test("a snapshot of all worlds holds keys, webhook secrets and tokens of visitors sealed, and is restored by the token", async () => {
  const { mock, key, admin, partner } = await sandbox({ openKeys: true });
  const open = clientOf(mock, "sk_test_anyones");
  await open.create();
  const { text } = await admin("/snapshot");
  for (const secret of ["sk_test_", "whsec_", "cvt_", key]) expect(text).not.toContain(secret);
  const before = { all: mock.snapshot.export().state, own: (await partner("/snapshot")).text };

  const { mock: other, admin: otherAdmin } = await sandbox({ openKeys: true });
  expect((await otherAdmin("/snapshot", { method: "PUT", body: text })).status).toBe(200);
  const restored = other.snapshot.export().state;
  const epochless = (state: unknown) => JSON.stringify(state).replaceAll(/"epochs":\d+/g, "");
  expect(epochless(restored)).toBe(epochless(before.all));

  const stranger = checkedMock({ controlToken: "another", webhooks: [shared] });
  const refused = await fromElsewhere(stranger, { "control-token": "another" })("/snapshot", {
    method: "PUT",
    body: text,
  });
  expect([refused.status, JSON.parse(refused.text).detail]).toEqual([
    409,
    expect.stringContaining("another control token"),
  ]);
  const unsealed = checkedMock({ webhooks: [shared] });
  expect(() => unsealed.snapshot.restore(JSON.parse(text))).toThrow("the snapshot is sealed");
});

test("a sealed part is no use in the snapshot of one world", async () => {
  const { admin, partner } = await sandbox();
  const sealed = JSON.parse((await admin("/snapshot")).text).state.find(
    ({ part }: { part: string }) => part === "sealed",
  );
  const own = JSON.parse((await partner("/snapshot")).text);
  own.state.splice(1, 0, sealed);
  const { status, text } = await partner("/snapshot", { method: "PUT", body: JSON.stringify(own) });
  expect([status, JSON.parse(text).detail]).toEqual([409, expect.stringContaining("the snapshot is sealed")]);
});

test("a partner restores its own snapshot, in which the operator's endpoints keep their secret", async () => {
  const { mock, key, partner } = await sandbox();
  const before = mock.world(key).webhooks.list();
  const { text } = await partner("/snapshot");
  expect((await partner("/snapshot", { method: "PUT", body: text })).status).toBe(200);
  expect(mock.world(key).webhooks.list()).toEqual(before);
  expect(before.endpoints.map(({ secret }) => secret)).toEqual([shared.secret, secretOf("the partner's")]);
});

test("strangers and partners are not told the seed, from which ids can be guessed", async () => {
  const { mock, partner, admin } = await sandbox({ seed: 815 });
  expect((await partner("/health")).text).not.toContain("815");
  expect((await fromElsewhere(mock, {})("/health")).text).not.toContain("815");
  expect((await admin("/health")).text).toContain('"seed":815');
  const { mock: open } = await sandbox({ seed: 815, openKeys: true });
  expect((await fromElsewhere(open, {})("/health")).text).toContain('"seed":815');
});
