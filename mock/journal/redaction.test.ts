import { expect, test } from "vitest";
import { clientOf, site, widgets } from "../api-client.test-helper.ts";
import { createMock } from "../index.ts";
import { isCredentialName } from "./credentials.ts";

const key = "sk_test_journal_owner";
const url = `http://mock.test${widgets}`;
const json = { authorization: `Bearer ${key}`, "content-type": "application/json" };

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Everything that can be read of one request: the list, the trace, HAR, a failed verification, the event stream. */
async function everythingShown({ path = "", headers = {}, ...init }: Sent): Promise<string> {
  const shown: unknown[] = [];
  const mock = createMock({
    clock: "manual",
    controlToken: "the-control-token",
    apiKeys: { [key]: "acme", "second-configured-key": "acme" },
    observer: { onResponse: (entry) => shown.push(entry) },
  });
  await mock.fetch(url + path, { ...init, headers: { ...json, ...headers } });
  const { requests } = mock.journal.list();
  shown.push(requests, mock.journal.har(), mock.journal.trace({ request_id: requests[0]?.request_id ?? "" }));
  const expectation = {
    status: 599,
    headers: { authorization: "Bearer x", "x-api-key": "y" },
    body: { password: "z" },
  };
  try {
    mock.journal.verify(expectation);
  } catch (error) {
    shown.push(String(error), error);
  }
  return JSON.stringify(shown);
}

const body = (members: object) => JSON.stringify({ name: "Bakery", site_url: site, ...members });

test.each<[string, string, Sent]>([
  ["Authorization", key, {}],
  [
    "Authorization, with another scheme",
    "Zm9vOmJhcg-secret",
    { headers: { authorization: "Basic Zm9vOmJhcg-secret" } },
  ],
  ["Authorization without a scheme", "nothing-but-the-key", { headers: { authorization: "nothing-but-the-key" } }],
  ["Proxy-Authorization", "cHJveHk6cGFzcw", { headers: { "proxy-authorization": "Basic cHJveHk6cGFzcw==" } }],
  ["Cookie", "session-cookie-value", { headers: { cookie: "theme=dark-theme; sid=session-cookie-value" } }],
  ["X-Api-Key", "another-service-key", { headers: { "x-api-key": "another-service-key" } }],
  ["Control-Token", "the-control-token", { headers: { "control-token": "the-control-token" } }],
  ["X-CSRF-Token", "csrf-value-1", { headers: { "x-csrf-token": "csrf-value-1" } }],
  ["a key in the query", "key-in-a-query", { path: "?api_key=key-in-a-query" }],
  ["an escaped key in the query", "key in a query", { path: "?apiKey=key%20in+a%20query&b=1" }],
  ["a token in the query", "token-in-a-query", { path: "?limit=2&access_token=token-in-a-query" }],
  ["a key of the mock in the path", "sk_test_in_a_path", { path: "/sk_test_in_a_path" }],
  ["a key that was configured, in the query", "second-configured-key", { path: "?limit=second-configured-key" }],
  ["a key that was configured, in the path", "second-configured-key", { path: "/second-configured-key" }],
  ["the control token, in the path", "the-control-token", { path: "/the-control-token" }],
  ["a key as the name of a parameter", "second-configured-key", { path: "?second-configured-key=1" }],
  [
    "the password of a URL in a body",
    "hunter-two",
    { method: "POST", body: body({ site_url: "https://me:hunter-two@site.example/" }) },
  ],
  [
    "a webhook secret in a body",
    "whsec_d2lkZ2V0cy1tb2NrLWRlZmF1bHQtc2VjcmV0",
    {
      method: "POST",
      body: body({ persona: "signs with whsec_d2lkZ2V0cy1tb2NrLWRlZmF1bHQtc2VjcmV0" }),
    },
  ],
  ["a member that is named so", "hunter2hunter2", { method: "POST", body: body({ password: "hunter2hunter2" }) }],
  ["a number", "8472659201", { method: "POST", body: body({ access_token: 8_472_659_201 }) }],
  ["a member whose name is escaped", "in disguise", { method: "POST", body: '{"p\\u0061ssword":"in disguise"}' }],
  [
    "a form",
    "secret-in-a-form",
    {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "user=me&client_secret=secret-in-a-form",
    },
  ],
  ["the key, echoed in a member", key, { method: "POST", body: body({ persona: `my key is ${key}` }) }],
  [
    "a cookie, echoed in a body",
    "session-cookie-value",
    {
      method: "POST",
      headers: { cookie: "a=session-cookie-value" },
      body: body({ name: "session-cookie-value" }),
    },
  ],
  [
    "a credential with quotes, echoed in JSON",
    'quo\\"ted-key',
    {
      method: "POST",
      headers: { "x-api-key": 'quo"ted-key' },
      body: body({ name: 'quo"ted-key' }),
    },
  ],
  [
    "a password of Basic, echoed",
    "open-sesame",
    {
      method: "POST",
      headers: { "proxy-authorization": `Basic ${btoa("ali:open-sesame")}` },
      body: body({ name: "open-sesame" }),
    },
  ],
  [
    "a credential in what is cut off",
    "at-the-very-end",
    {
      method: "POST",
      headers: { "x-api-key": "at-the-very-end" },
      body: body({ persona: "x".repeat(16 * 1024 - 75) }).replace("}", ',"voice":"at-the-very-end"}'),
    },
  ],
  [
    "a credential in bytes",
    "among-bytes",
    {
      method: "POST",
      headers: { "x-api-key": "among-bytes" },
      body: "\u00e9 among-bytes",
    },
  ],
])("nothing shows %s", async (_, credential, sent) => {
  const shown = await everythingShown(sent);
  expect(shown).toContain("redacted");
  for (const part of [credential, credential.slice(0, -2)]) expect(shown).not.toContain(part);
  expect(shown).not.toContain(encodeURIComponent(credential));
});

test("a visitor's token is not shown, neither where it is given nor where it is sent", async () => {
  const mock = createMock({ clock: "manual" });
  const id = await clientOf(mock).createActive();
  const conversations = `/api/v1/public/widgets/${id}/conversations`;
  const started = (await clientOf(mock).post(conversations, {})).body;
  expect(started.token).toMatch(/^cvt_/);
  await clientOf(mock).call("GET", `${conversations}/${started.id}`, undefined, {
    authorization: `Bearer ${started.token}`,
  });
  const shown = JSON.stringify([mock.journal.list(), mock.journal.har()]);
  expect(shown).not.toContain(started.token);
  expect(shown).toContain(started.id);
});

test("what is no credential is shown", async () => {
  const shown = await everythingShown({
    method: "POST",
    path: "?limit=10&cursor=abc",
    headers: { "idempotency-key": "once-only", cookie: "theme=x", "accept-language": "de" },
    body: body({ persona: 'says "token": and key' }),
  });
  for (const text of ["once-only", "limit=10&cursor=abc", "Bakery", "theme=", "Bearer [redacted]"])
    expect(shown).toContain(text);
});

test.each([
  ...[
    "Authorization",
    "Proxy-Authorization",
    "Cookie",
    "Set-Cookie",
    "X-Api-Key",
    "apikey",
    "api_key",
    "apiKey",
    "key",
  ],
  ...["access_token", "accessToken", "client_secret", "clientSecret", "password", "passwd", "pwd", "X-Auth", "sig"],
  ...["X-Amz-Signature", "sessionId", "session_id", "refreshToken", "webhook_secret", "private-key", "credentials"],
])("%s names a credential", (name) => expect(isCredentialName(name)).toBe(true));

test.each([
  ...["Idempotency-Key", "Content-Type", "Access-Control-Allow-Credentials", "name", "site_url", "max_tokens"],
  ...["author", "keyboard", "cursor", "primary_key", "tokens_used", "passenger", "Accept", "secretary"],
])("%s names none", (name) => expect(isCredentialName(name)).toBe(false));

test("a form that never ends a name is read as fast as any other, and one with odd pairs hides what is secret", async () => {
  const mock = createMock({ clock: "manual", journalBodyBytes: 2 ** 20 });
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/x-www-form-urlencoded" };
  // A search that goes back for each character would take an hour.
  await mock.fetch(url, { method: "POST", headers, body: "a".repeat(2 ** 19) });
  await mock.fetch(url, { method: "POST", headers, body: "a?token=one-1&=secret=two-2&b=c=d&password=th=ree&&==&e" });
  const [long, odd] = mock.journal.list().requests.map(({ request }) => request?.body);
  expect(long).toHaveLength(2 ** 19);
  expect(odd).toBe("a?token=[redacted]&=secret=[redacted]&b=c=d&password=[redacted]&&==&e");
});
