import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { certificates } from "../contract-tests/http/certificates.test-helper.ts";
import { serve } from "../contract-tests/http/loopback.test-helper.ts";
import { settingsOf } from "../contract-tests/options.ts";
import { run, start } from "./bin.test-helper.ts";
import { runHere } from "./command-line.test-helper.ts";

const keys = ["--api-key", "sk_test_own", "--second-api-key", "sk_test_second"];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

test("a broken rule exits with 1, and is reported as commands to paste", async () => {
  const mock = await start("--clock", "manual");
  const headers = { authorization: "Bearer sk_test_own" };
  const body = JSON.stringify({ operation: "pauseWidget", status: 404 });
  await fetch(`${mock.url}/_mock/faults`, { method: "POST", headers, body });
  const { code, out } = await run("contract", mock.url, ...keys, "--effort", "quick");
  expect(code).toBe(1);
  expect(out).toMatch(/^FAIL PATH-1 /m);
  expect(out).toMatch(/^ {2}curl -si .*-X POST -H "Authorization: Bearer \$WIDGETS_API_KEY" "[^"]+\/\$ID\/pause"$/m);
  expect(out).not.toContain("sk_test");
});

test("what an interrupted run has left is deleted by its ledger, and nothing else", async () => {
  const mock = await start("--clock", "manual");
  const headers = { authorization: "Bearer sk_test_own", "content-type": "application/json" };
  const create = async (name: string) => {
    const body = JSON.stringify({ name, site_url: "https://n.example" });
    const response = await fetch(`${mock.url}/api/v1/widgets`, { method: "POST", headers, body });
    return (await response.json()).id as string;
  };
  const [made, , foreign] = [await create("n1 made"), await create("n1 intended"), await create("n1 intended?")];
  const ledger = join(folder(), "ledger.jsonl");
  const lines = [{ intend: "n1 made" }, { made: "n1 made", id: made }, { intend: "n1 intended" }];
  writeFileSync(ledger, `${lines.map((line) => JSON.stringify(line)).join("\n")}\n{"made":"n1 inte`);
  const { code, out } = await run("contract", mock.url, ...keys, "--clean", ledger);
  expect({ code, out }).toEqual({ code: 0, out: "2 widgets deleted.\n" });
  const { data } = await (await fetch(`${mock.url}/api/v1/widgets`, { headers })).json();
  expect(data.map(({ id }: { id: string }) => id)).toEqual([foreign]);
});

test("nothing is cleaned where a server is not to be reached, and why is told", async () => {
  const ledger = join(folder(), "ledger.jsonl");
  writeFileSync(ledger, `${JSON.stringify({ made: "n1 made", id: "wgt_1" })}\n`);
  const { code, out, err } = await runHere(["contract", "http://127.0.0.1:1", ...keys, "--clean", ledger]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/^widgets-mock: 127\.0\.0\.1:1 refused the connection/);
});

test("the help names the figures that runs have", async () => {
  const [remote, local] = ["https://staging.example", "http://127.0.0.1:1"].map((baseUrl) =>
    settingsOf({}, { baseUrl, credential: {} }),
  );
  const help = (await runHere(["help", "contract"])).out.replaceAll(/\s+/g, " ");
  for (const [option, name] of [
    ["--max-widgets", "maxWidgets"],
    ["--max-list-calls", "maxListCalls"],
  ] as const) {
    expect(help).toMatch(
      new RegExp(`${option} <n> .{5,90} \\(default ${remote?.[name]}; on this machine ${local?.[name]}\\)`),
    );
  }
});

test("--plan shows the cost and sends no request to the API", async () => {
  const mock = await start();
  const { code, out } = await run("contract", mock.url, ...keys, "--plan", "--max-widgets", "12");
  expect(code).toBe(0);
  expect(out).toMatch(
    /^7 scripts, 9 widgets, about \d+ requests, and \d+ to \d+ more while it waits for first crawls\.\nAbout \d+ to \d+ s, if a crawl takes 30 to 60 s, and the server takes 10 requests a second\./,
  );
  const list = await fetch(`${mock.url}/_mock/requests`);
  expect((await list.json()).requests).toEqual([]);
});

test("a report that cannot be written is told before anything is created, by its option", async () => {
  const mock = await start();
  const { code, err } = await run("contract", mock.url, ...keys, "--report", "package.json");
  expect([code, err]).toEqual([
    2,
    "widgets-mock: --report: cannot write to package.json: there is a file of that name\n",
  ]);
  const list = await fetch(`${mock.url}/_mock/requests`);
  expect((await list.json()).requests).toEqual([]);
});

test.each([
  [[], /missing <base-url>/],
  [
    ["http://me:secret@127.0.0.1:1", ...keys],
    /^widgets-mock: <base-url> must have no user or password: pass --auth-header [^@]*$/,
  ],
  [
    ["http://127.0.0.1:1", ...keys],
    /^widgets-mock: 127\.0\.0\.1:1 refused the connection\. .*\nNothing was created or deleted\.\n$/,
  ],
  [["http://127.0.0.1:1", ...keys, "--ca", "./nobody.pem"], /--ca: cannot read \.\/nobody\.pem: no such file/],
  [["http://127.0.0.1:1", ...keys, "--ca", "./package.json"], /--ca \.\/package\.json must be certificates as PEM: /],
  [
    ["http://127.0.0.1:1", ...keys, "--client-cert", "./package.json", "--client-key", "./package.json"],
    /--client-cert \.\/package\.json and --client-key \.\/package\.json must be a certificate and its unencrypted key as PEM: /,
  ],
  [["http://127.0.0.1:1", ...keys, "--client-cert", "./a.pem"], /--client-cert requires --client-key/],
  [["http://127.0.0.1:1", ...keys, "--resolve", "staging"], /--resolve must be host:port:address, got "staging"/],
  [
    ["http://127.0.0.1:1", ...keys, "--proxy", "http://p", "--resolve", "a:1:::1"],
    /--resolve: .*leave --proxy or --resolve out/,
  ],
  [["ftp://x", ...keys], /<base-url> must be an http or https URL, got "ftp:/],
  [["http://127.0.0.1:1"], /missing API key: set WIDGETS_API_KEY/],
  [["http://127.0.0.1:1", ...keys, "--effort", "much"], /--effort must be one of quick, normal, thorough, got "much"/],
  [["http://127.0.0.1:1", ...keys, "--read-lag", "soon"], /--read-lag must be a time such as .*got "soon"/],
  [["http://127.0.0.1:1", ...keys, "--time-limit", "0"], /--time-limit must be a time .*, 1ms at least, got "0"/],
  [["http://127.0.0.1:1", ...keys, "--header", "x"], /--header must be 'Name: value', got "x"/],
  [["http://127.0.0.1:1", ...keys, "--adapter", "./nobody.mjs"], /--adapter/],
  [
    ["http://127.0.0.1:1", ...keys, "--rules", "A-LIST-99"],
    /--rules: no rule matches "A-LIST-99", must be one of A-LIST-1, /,
  ],
  [["http://127.0.0.1:1", ...keys, "--rules", "PAUS-4"], /--rules: no rule matches "PAUS-4", did you mean "PAUSE-4"\?/],
  [["http://127.0.0.1:1", ...keys, "--webhook-subscribed"], /--webhook-subscribed requires --webhook-port/],
  [["--judge", "./nobody.jsonl"], /--judge .*nobody/],
  [["http://127.0.0.1:1", ...keys, "--expect", "./nobody.json"], /--expect: cannot read \.\/nobody\.json/],
  [["http://127.0.0.1:1", ...keys, "--expect", "hostil"], /--expect hostil: .*id you mean "hostile"/],
  [["http://127.0.0.1:1", ...keys, "--expect", "./package.json"], /--expect \.\/package\.json: .*"name"/],
  [
    ["http://127.0.0.1:1", ...keys, "--expect", "hostile", "--expect-level", "note"],
    /--expect-level must be one of warn, fail, got "note"/,
  ],
  [["http://127.0.0.1:1", ...keys, "--expect-level", "fail"], /--expect-level requires --expect/],
  [["http://127.0.0.1:1", ...keys, "--clean", "./nobody.jsonl"], /--clean .*nobody/],
])("contract %j exits with 2", async (args, says) => {
  const { code, out, err } = await runHere(["contract", ...args]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(says);
});

test.each([
  ["X-Api-Key: own", "x-api-key", ["own", "other"]],
  ["Authorization: Token own", "authorization", ["Token own", "Token other"]],
])("the key of another organization is sent as the own one is: %s", async (header, name, expected) => {
  const sent: unknown[] = [];
  const { url } = await serve((request, response) => {
    sent.push(request.headers[name]);
    const isOwn = request.headers[name] === expected[0];
    response.writeHead(isOwn ? 200 : 403, { "content-type": "application/json" }).end(isOwn ? '{"data":[]}' : "{}");
  });
  const { code, err } = await runHere(["contract", url, "--auth-header", header, "--second-api-key", "other"]);
  expect({ code, sent }).toEqual({ code: 2, sent: expected });
  expect(err).toMatch(/the server answers 403 with the second API key/);
});

test("a port for events that is in use ends it with 2, for 1 would say that a rule fails", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const mock = await start();
  const { code, err } = await run("contract", mock.url, ...keys, "--webhook-port", String(port));
  expect(code).toBe(2);
  expect(err).toBe(`widgets-mock: Port ${port} is in use. Give another one for the events.\n`);
});

test("a certificate that nobody vouches for is told, and what to do, before anything is created", async () => {
  const { ca, server } = certificates();
  const calls: (string | undefined)[] = [];
  const { url } = await serve((request, response) => {
    calls.push(request.method);
    response.writeHead(401, { "content-type": "application/json" }).end("{}");
  }, server);
  const untrusted = await runHere(["contract", url, ...keys]);
  expect(untrusted).toMatchObject({ code: 2, out: "" });
  expect(untrusted.err).toMatch(
    /^widgets-mock: TLS with localhost:\d+ failed: .*--ca <pem>\.\nNothing was created or deleted\.\n$/,
  );
  const file = join(folder(), "ca.pem");
  writeFileSync(file, ca);
  const trusted = await runHere(["contract", url, ...keys, "--ca", file]);
  expect(trusted.err).toMatch(/answers 401 with this API key/);
  expect(calls).toEqual(["GET", "GET"]);
});

test("a module that exports no adapter exits with 2", async () => {
  const adapter = join(folder(), "adapter.mjs");
  writeFileSync(adapter, "export default {};");
  const { code, err } = await runHere(["contract", "http://127.0.0.1:1", ...keys, "--adapter", adapter]);
  expect(code).toBe(2);
  expect(err).toContain("its default export must be a function that returns an adapter");
});
