import type { RequestListener } from "node:http";
import { expect, test } from "vitest";
import { certificates } from "../http/certificates.test-helper.ts";
import type { Connection } from "../http/connection.ts";
import { closedPort, serve, serveProxy } from "../http/loopback.test-helper.ts";
import type { Target } from "../target.ts";
import { PreflightError, preflight } from "./preflight.ts";

const [own, second] = ["sk_test_own_key", "sk_test_second_key"].map((key) => ({ authorization: `Bearer ${key}` }));

function targetAt(baseUrl: string, connection: Connection = {}): Target {
  return { baseUrl, credential: own ?? {}, connection };
}

/** What a preflight says: what is wrong, or what it could not check; never with more than five calls. */
async function saidOf(target: Target): Promise<string> {
  try {
    const { exchanges, notes } = await preflight(target, { pauseMs: 0 });
    expect(exchanges.length).toBeLessThanOrEqual(5);
    return notes.join("; ");
  } catch (error) {
    if (!(error instanceof PreflightError)) throw error;
    expect(error.message).toContain("Nothing was created or deleted.");
    return error.message.split("\n")[0] ?? "";
  }
}

type Answers = { readonly [path: string]: readonly [status: number, body: unknown, headers?: Record<string, string>] };

/** Answers by path, without the query; others with the problem of an API. */
function answering(answers: Answers): RequestListener {
  return ({ url = "" }, response) => {
    const [status, body, headers] = answers[url.split("?")[0] ?? ""] ?? [404, { code: "not_found", status: 404 }];
    const isText = typeof body === "string";
    response.writeHead(status, { "content-type": isText ? "text/html" : "application/json", ...headers });
    response.end(isText ? body : JSON.stringify(body));
  };
}

const list = "/api/v1/widgets";
const madeUp = `${list}-that-nobody-has`;
const [page, empty, problem] = ["<h1>We are back soon</h1>", { data: [] }, { code: "no" }];

test.each<[string, Answers, RegExp]>([
  ["a list", { [list]: [200, empty] }, /^$/],
  ["a list in an envelope of its own", { [list]: [200, { result: { widgets: [{ id: "1" }] } }] }, /^$/],
  [
    "a wrong key",
    { [list]: [401, problem], [`${list}/wgt_0000000000`]: [401, problem] },
    /answers 401 with this API key/,
  ],
  [
    "a key without rights",
    { [list]: [403, problem], [`${list}/wgt_0000000000`]: [403, problem] },
    /answers 403 with this API key/,
  ],
  [
    "a web site",
    { [list]: [200, page], [`${list}/wgt_0000000000`]: [200, page] },
    /answers 200 with an HTML page.*gateway/,
  ],
  [
    "another API",
    { [list]: [404, { code: "not_found", status: 404 }] },
    /answers 404 to \/api\/v1\/widgets, as to any other path/,
  ],
  [
    "what answers everything alike",
    { [list]: [200, { hello: "world" }], [`${list}/wgt_0000000000`]: [200, { hello: "world" }] },
    /widgets answers 200 without a list\. .*check the base URL/,
  ],
  [
    "a redirect",
    { [list]: [308, "", { location: "https://api.test/v2/api/v1/widgets?limit=1" }] },
    /redirects \(308\) to https:\/\/api\.test.*Use https:\/\/api\.test\/v2 as the base URL/,
  ],
  ["a login", { [list]: [302, "", { location: "/login" }] }, /redirects \(302\) to http:\/\/localhost:\d+\/login/],
  ["a list that always fails", { [list]: [500, problem] }, /^the list could not be read before the run: 500$/],
  ["a list that is a page", { [list]: [200, page] }, /^the list could not be read before the run: 200$/],
  [
    "a list that is not there",
    { [list]: [404, { error: "no route" }] },
    /^the list could not be read before the run: 404$/,
  ],
  [
    "a list that is not there, as its own reason says",
    { [list]: [404, { code: "gone", status: 404 }] },
    /^the list could not be read before the run: 404$/,
  ],
  [
    "a list that is not there, where a widget that nobody has is another thing",
    {
      [list]: [404, { code: "no_route", path: list, id: "a1" }],
      [madeUp]: [404, { code: "no_route", path: madeUp, id: "b2" }],
    },
    /^the list could not be read before the run: 404$/,
  ],
  [
    "another API that repeats the path",
    {
      [list]: [404, { code: "no_route", path: list, id: "a1" }],
      [madeUp]: [404, { code: "no_route", path: madeUp, id: "b2" }],
      [`${list}/wgt_0000000000`]: [404, { code: "no_route", path: `${list}/wgt_0000000000`, id: "c3" }],
    },
    /answers 404 to \/api\/v1\/widgets, as to any other path/,
  ],
])("%s is told by its cause", async (_, answers, expected) => {
  const { url } = await serve(answering(answers));
  expect(await saidOf(targetAt(url))).toMatch(expected);
});

test("a base URL with /api/v1 at its end is recognised", async () => {
  const { url } = await serve(answering({ [list]: [200, empty] }));
  expect(await saidOf(targetAt(`${url}/api/v1`))).toBe(
    `the base URL ends in /api/v1, which the paths begin with. Use ${url}.`,
  );
});

test("what is on the way to a target is told by its cause", async () => {
  const { ca, server, expired } = certificates();
  const [trusted, old] = [
    await serve(answering({ [list]: [200, empty] }), server),
    await serve(() => undefined, expired),
  ];
  const refusing = await serveProxy(() => 407);
  const port = await closedPort();
  const said: readonly (readonly [string, Connection, RegExp])[] = [
    [trusted.url, { ca }, /^$/],
    [
      trusted.url,
      {},
      /^TLS with localhost:\d+ failed: unable to verify the first certificate \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)\. .*--ca <pem>/,
    ],
    [old.url, { ca }, /certificate has expired.*Renew/],
    [trusted.url.replace("https", "http"), {}, /no answer from localhost:\d+: .*try https:\/\//],
    [
      `https://localhost:${refusing.port}`,
      {},
      /^TLS with localhost:\d+ failed: [a-z ]+ \(ERR_SSL_\w+\)\. .*try http:\/\//,
    ],
    [`http://localhost:${port}`, {}, /^localhost:\d+ refused the connection\./],
    ["http://nobody.invalid", {}, /^the name nobody\.invalid was not found/],
    [
      trusted.url,
      { ca, proxy: refusing.url },
      /^the proxy refused to connect to localhost:\d+: it answered 407\. Give its user and password/,
    ],
    [
      "http://staging.test",
      { proxy: (await serve((_, response) => void response.writeHead(403).end())).url },
      /^http:\/\/staging\.test\/api\/v1\/widgets answers 403 with this API key\. .*the proxy localhost:\d+ lets calls through/,
    ],
    [
      trusted.url,
      { ca, proxy: `http://localhost:${port}` },
      /^the proxy localhost:\d+ refused the connection\. Check --proxy/,
    ],
    [trusted.url, { ca, proxy: "http://proxy.invalid:3128" }, /^the name of the proxy, proxy\.invalid, was not found/],
  ];
  for (const [url, connection, expected] of said) expect(await saidOf(targetAt(url, connection))).toMatch(expected);
});

test("a target that is away for a moment is asked again", async () => {
  let calls = 0;
  const { url } = await serve((request, response) => {
    calls++;
    if (calls === 1) return void request.socket.destroy();
    answering({ [list]: calls === 2 ? [503, page] : [200, empty] })(request, response);
  });
  expect([await saidOf(targetAt(url)), calls]).toEqual(["", 3]);
});

/** Serves each key its own widgets; `isShared` takes no notice of whose a widget is. */
async function organizations(widgets: Record<string, string>, isShared = false): Promise<Target> {
  const { url } = await serve((request, response) => {
    const key = String(request.headers.authorization).slice("Bearer ".length);
    const id = request.url?.split("/widgets/")[1];
    const isThere = isShared || widgets[key] === id;
    answering({
      [list]: [200, { data: widgets[key] === undefined ? [] : [{ id: widgets[key] }] }],
      ...(id !== undefined && isThere ? { [`${list}/${id}`]: [200, { id }] } : {}),
    })(request, response);
  });
  return { ...targetAt(url), secondCredential: second ?? {} };
}

test("two keys are those of two organizations as far as that shows", async () => {
  const [a, b] = ["sk_test_own_key", "sk_test_second_key"];
  expect(await saidOf(await organizations({ [String(a)]: "wgt_1", [String(b)]: "wgt_2" }))).toBe("");
  expect(await saidOf(await organizations({}))).toMatch(/could not be checked: both lists are empty/);
  const same = { [String(a)]: "wgt_1", [String(b)]: "wgt_1" };
  expect(await saidOf(await organizations(same, true))).toMatch(/belong to one organization.*another organization/);
  const target = await organizations({});
  expect(await saidOf({ ...target, secondCredential: target.credential })).toMatch(/^both API keys are the same/);
});

test("a list that shows what belongs to others is for the run to tell", async () => {
  const { url } = await serve(({ headers, url: path = "" }, response) => {
    const isOwn = headers.authorization?.endsWith("own_key");
    answering({
      [list]: [200, { data: [{ id: "wgt_1" }] }],
      ...(isOwn ? { [`${list}/wgt_1`]: [200, { id: "wgt_1" }] } : {}),
    })({ url: path } as Parameters<RequestListener>[0], response);
  });
  expect(await saidOf({ ...targetAt(url), secondCredential: second ?? {} })).toBe("");
});

test("a key that an error echoes is not told", async () => {
  const { url } = await serve(answering({ [list]: [302, "", { location: "/login?key=sk_test_own%5fkey" }] }));
  expect(await saidOf(targetAt(url))).toMatch(/login\?key=\[redacted\]/);
});

test("a key that header fields echo is not kept", async () => {
  const fields = { location: "/?key=Bearer%20sk_test_own_key", "request-id": "Bearer sk_test_own_key" };
  const { url } = await serve(answering({ [list]: [200, empty, fields] }));
  const { exchanges } = await preflight(targetAt(url));
  expect(exchanges[0]?.response?.headers["request-id"]).toBe("Bearer [redacted]");
  expect(JSON.stringify(exchanges)).not.toContain("own_key");
});
