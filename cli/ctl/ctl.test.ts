import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { scenarios } from "../../fixtures/generated/scenarios.ts";
import { clientOf } from "../../mock/api-client.test-helper.ts";
import { listen } from "../../mock/http/listen.ts";
import { createMock, type MockOptions } from "../../mock/index.ts";
import { receiver } from "../../mock/world/webhooks/receiver.test-helper.ts";
import { folderWith, runHere } from "../command-line.test-helper.ts";

const key = "sk_test_one";

/** A mock that listens, and `ctl` for it: with an organization's key unless an environment is given. */
async function startMock(options: MockOptions = {}) {
  const mock = createMock({ clock: "manual", ...options });
  const { url, close } = await listen(mock);
  onTestFinished(async () => {
    mock.close();
    await close();
  });
  const ctl = (
    line: string | readonly string[],
    env: Record<string, string> = { WIDGETS_API_KEY: key },
    cwd?: string,
  ) =>
    runHere(["ctl", ...(typeof line === "string" ? line.split(" ") : line)], {
      env: { WIDGETS_MOCK_URL: url, ...env },
      ...(cwd ? { cwd } : {}),
    });
  return { mock, url, ctl, api: clientOf(mock, key) };
}

test("the clock is read, advanced by a duration, frozen and resumed", async () => {
  const { ctl, api } = await startMock();
  const id = await api.create();
  expect(await ctl("clock get")).toEqual({ code: 0, out: "2026-01-01T00:00:00.000Z (frozen)\n", err: "" });
  const { out } = await ctl("clock advance 1m");
  expect(out).toBe(
    "2026-01-01T00:01:00.000Z (frozen)\n" +
      `2026-01-01T00:00:02.000Z  crawl.succeeded  ${id}  draft-crawling -> active, status active, widget.ready\n`,
  );
  expect((await ctl("clock advance 500ms")).out).toContain("00:01:00.500Z");
  expect((await ctl("clock advance 2h")).out).toContain("02:01:00.500Z");
  expect((await ctl("clock advance 1d")).out).toContain("2026-01-02T02:01:00.500Z");
  expect((await ctl("clock resume")).out).toContain("(running)");
  expect((await ctl("clock freeze")).out).toContain("(frozen)");
});

test("--json prints the response of the control plane", async () => {
  const { mock, ctl, api } = await startMock();
  await api.create();
  const { out } = await ctl("clock advance 2s --json");
  expect(JSON.parse(out)).toMatchObject({ now: "2026-01-01T00:00:02.000Z", happened: [{ type: "crawl.succeeded" }] });
  expect(JSON.parse((await ctl("requests --json")).out)).toEqual(mock.world(key).journal.list());
});

test("what all commands have in common may stand before their names", async () => {
  const { url, ctl } = await startMock();
  const before = await ctl(["--url", url, "--json", "clock", `--api-key=${key}`, "get"], { WIDGETS_MOCK_URL: "" });
  expect(JSON.parse(before.out)).toMatchObject({ now: "2026-01-01T00:00:00.000Z" });
  expect((await ctl(["--url", url, "clok", "get"])).err).toContain(
    'unknown command "ctl clok", did you mean "ctl clock"?',
  );
  expect((await ctl(["--url", url])).err).toContain('missing command after "ctl": health, clock, ');
});

test("crawls are ended, one or all, and events are triggered", async () => {
  const { ctl, api } = await startMock({ crawl: "manual" });
  const [first, second] = [await api.create(), await api.create()];
  expect((await ctl(`crawl end ${first} --fail`)).out).toContain(`crawl.failed  ${first}`);
  expect((await ctl("crawl end")).out).toContain(`crawl.succeeded  ${second}`);
  expect((await ctl("crawl end")).out).toBe("no crawl is running\n");
  expect((await ctl(`trigger ${second}`)).out).toContain("widget.recrawled");
  expect((await ctl(`trigger ${second} --fail`)).out).toContain("widget.crawl_failed");
  expect((await ctl("crawl mode 5s")).out).toBe("5s\n");
  expect((await ctl("crawl mode")).out).toBe("5s\n");
  expect((await ctl(`inspect ${second}`)).out).toMatch(/^pages +\d+ {2}https:.*\n.*conversations +0\n/s);
});

test("webhooks are added, and deliveries are listed and resent", async () => {
  const { url, received } = await receiver();
  const { ctl, api } = await startMock();
  expect((await ctl(`webhooks add ${url}`)).out).toBe(
    `whe_1  ${url}  enabled\nsigned with whsec_d2lkZ2V0cy1tb2NrLWRlZmF1bHQtc2VjcmV0\n`,
  );
  await api.create();
  await ctl("clock advance 2s");
  const { out } = await ctl("deliveries list");
  expect(out).toMatch(/^msg_\S+ {2}widget\.ready {2}wgt_\S+ {2}delivered {2}1 attempt, last 204\n$/);
  expect((await ctl(`deliveries resend ${out.split(" ")[0]}`)).out).toContain("2 attempts, last 204");
  expect(received).toHaveLength(2);
  expect((await ctl("deliveries resend msg_x")).err).toContain("There is no delivery msg_x");
});

test("faults are added as JSON or by options, listed and cleared", async () => {
  const { mock, ctl, api } = await startMock();
  expect((await ctl('faults add {"status":503,"calls":1}')).out).toBe("flt_1  status 503, calls 1  applied 0 times\n");
  await ctl("faults add --operation createWidget --latency 10ms --share 0.5 --calls 2");
  await ctl("faults add --rate-limit 100/60");
  expect((await api.get("/api/v1/widgets")).status).toBe(503);
  expect(mock.world(key).faults.list().faults).toMatchObject([
    { status: 503, hits: 1 },
    { operation: "createWidget", latencyMs: 10, share: 0.5, calls: 2 },
    { rateLimit: { limit: 100, windowSeconds: 60 } },
  ]);
  expect((await ctl("faults clear flt_1")).out).toContain("removed flt_1");
  expect((await ctl("faults list")).out.split("\n")).toHaveLength(3);
  expect((await ctl("faults clear")).out).toBe("removed all faults\n");
  expect(await ctl("faults list")).toMatchObject({ out: "no faults\n" });
  expect(await ctl("faults add {status:503}")).toMatchObject({ code: 2, err: expect.stringMatching(/must be JSON/) });
  expect(await ctl("faults add --operation createWidgets --status 503")).toMatchObject({
    code: 1,
    err: expect.stringMatching(/unknown operation "createWidgets", did you mean "createWidget"\?/),
  });
});

test("requests are listed and traced", async () => {
  const { ctl, api } = await startMock();
  await api.create();
  await api.get("/api/v1/widgets/wgt_x");
  const lines = (await ctl("requests")).out.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^2026-01-01T00:00:00\.000Z {2}POST \/api\/v1\/widgets {2}201 {2}req_\w+$/);
  expect(lines[1]).toContain("404 not_found");
  expect((await ctl("requests --status 404 --limit 1")).out.split("\n")).toHaveLength(2);
  expect((await ctl(`trace ${lines[0]?.split("  ").at(-1)}`)).out).toContain("new -> draft-crawling");
});

test("requests are selected by widget, rule and body, and exported as HAR", async () => {
  const { mock, ctl, api } = await startMock();
  const id = await api.create({ name: "Bakery" });
  await api.create({ name: "Butcher" });
  await api.get("/api/v1/widgets?limit=0");
  const count = async (flags: string) => (await ctl(`requests ${flags}`)).out.trimEnd().split("\n").length;
  expect(await count(`--widget ${id}`)).toBe(1);
  expect(await count("--body name")).toBe(2);
  expect(await count("--body name=Butcher")).toBe(1);
  expect((await ctl("requests --rule A-LIST-2")).out).toContain("400 validation_error");
  const { log } = JSON.parse((await ctl("requests --har --body name=Bakery")).out);
  expect(log.entries).toHaveLength(1);
  expect(log.entries[0].request.postData.text).toContain("Bakery");
  expect(JSON.parse((await ctl("requests --har --json")).out)).toEqual(mock.world(key).journal.har());
});

test("verify expects the spaces at the ends of a query's value", async () => {
  const { ctl, mock } = await startMock();
  await mock.fetch("http://127.0.0.1/api/v1/widgets?cursor=%20a", { headers: { authorization: `Bearer ${key}` } });
  expect((await ctl(["verify", "--query", "cursor= a"])).code).toBe(0);
  expect((await ctl(["verify", "--query", "cursor=a"])).code).toBe(1);
});

test("worlds are listed with what is in them", async () => {
  const { ctl, api } = await startMock();
  await api.create();
  expect((await ctl("worlds")).out).toMatch(/^key_\w+ {2}1 widget {2}1 request {2}2026-01-01T00:00:00.000Z, frozen\n$/);
});

test("verify prints the calls that are as expected, or exits with 1 and shows the nearest", async () => {
  const { ctl, api } = await startMock();
  await api.create({ name: "Bakery" });
  const { code, out } = await ctl('verify --operation createWidget --body {"name":"Bakery"} --exactly 1 --status 201');
  expect(code).toBe(0);
  expect(out).toMatch(/^verified: 1 request\n.*POST \/api\/v1\/widgets {2}201 {2}req_\w+\n$/);
  expect((await ctl("verify --method GET --exactly 0")).out).toBe("verified: 0 requests\n");
  expect((await ctl("verify --header content-type:*/json --path /api/** --at-least 1 --at-most 2")).code).toBe(0);
  expect(await ctl("verify --query limit=10")).toMatchObject({
    code: 1,
    err: expect.stringMatching(
      /Expected at least 1 call: any request with query limit=10\n.*\n\nNearest:\n {2}1\. POST/,
    ),
  });
});

test("--follow prints requests and what happens as they come, until the mock ends", async () => {
  const { mock, ctl, api } = await startMock();
  const [shown, json] = [ctl("requests --follow"), ctl("requests --follow --json")];
  // The mock counts the requests of its control plane: when both have come, the streams are open.
  await expect.poll(() => mock.snapshot.export().state[0]).toMatchObject({ unknownRequests: 2 });
  await api.create();
  mock.clock.advance({ seconds: 2 });
  mock.close();
  const { code, out } = await shown;
  expect(code).toBe(0);
  expect(out).toMatch(/widget\.moved.*\n.*POST \/api\/v1\/widgets {2}201.*\n.*crawl\.succeeded.*\n$/);
  const types = (await json).out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).type);
  expect(types).toEqual(["widget.moved", "request.answered", "crawl.succeeded"]);
});

test("a world is reset, to a scenario too", async () => {
  const { mock, ctl } = await startMock({ scenarios: scenarios as never });
  expect((await ctl("reset one-of-each --seed 7")).out).toBe(
    "reset to one-of-each; 2026-01-01T00:00:00.000Z (frozen)\n",
  );
  const { body } = await clientOf(mock, key).get("/api/v1/widgets");
  expect(body.data).toHaveLength(4);
  expect(await ctl("reset one-of-all")).toMatchObject({
    code: 1,
    err: expect.stringMatching(
      /^widgets-mock: unknown scenario "one-of-all", did you mean "one-of-each"\? \(available: .*\)\n$/,
    ),
  });
  expect((await ctl("scenarios")).out).toContain("one-of-each  ");
});

test("a snapshot is exported to a file and restored from it", async () => {
  const folder = folderWith({ "broken.json": "{" });
  const { ctl, api } = await startMock();
  const env = { WIDGETS_API_KEY: key };
  const id = await api.create();
  expect((await ctl("snapshot export saved.json", env, folder)).out).toBe("exported to saved.json\n");
  expect(JSON.parse(readFileSync(join(folder, "saved.json"), "utf8"))).toEqual(
    JSON.parse((await ctl("snapshot export", env)).out),
  );
  await ctl("reset");
  expect((await ctl("snapshot restore saved.json", env, folder)).code).toBe(0);
  expect((await api.get(`/api/v1/widgets/${id}`)).status).toBe(200);
  expect(await ctl("snapshot restore none.json", env, folder)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/cannot read none.json/),
  });
  expect(await ctl("snapshot restore broken.json", env, folder)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/is not JSON/),
  });
});

test("without a key every organization is concerned, and what needs one says so", async () => {
  const { mock, ctl } = await startMock();
  await clientOf(mock, "sk_test_two").create();
  expect((await ctl("clock advance 2s", {})).out).toContain("crawl.succeeded");
  expect(await ctl("usage", {})).toMatchObject({
    code: 1,
    err: expect.stringMatching(/pass --api-key or set WIDGETS_API_KEY/),
  });
});

test("a control token is needed where the mock has one", async () => {
  const { ctl } = await startMock({ controlToken: "s3cret" });
  expect(await ctl("clock get")).toMatchObject({
    code: 1,
    err: expect.stringMatching(/needs a control token; pass --control-token/),
  });
  expect(await ctl("clock get --control-token other")).toMatchObject({
    code: 1,
    err: expect.stringMatching(/rejects this control token/),
  });
  expect((await ctl("clock get --control-token s3cret")).code).toBe(0);
  expect((await ctl("clock get", { WIDGETS_MOCK_CONTROL_TOKEN: "s3cret" })).code).toBe(0);
});

test("a mock that is not running, and a server that is none, are told apart", async () => {
  const { url, close } = await listen(createMock());
  await close();
  const err = `widgets-mock: nothing listens at ${url}; start the mock with "widgets-mock serve", or pass its URL as --url\n`;
  expect(await runHere(["ctl", "clock", "get", "--url", url])).toEqual({ code: 1, out: "", err });
  const other = await receiver();
  expect(await runHere(["ctl", "clock", "get", "--url", other.url])).toMatchObject({
    code: 1,
    err: expect.stringContaining("is not the URL of a running widgets-mock"),
  });
});

test.each([
  ["clok get", /unknown command "ctl clok", did you mean "ctl clock"\?/],
  ["clock advanse 5s", /unknown command "ctl clock advanse", did you mean "ctl clock advance"\?/],
  ["clock advance", /missing <duration>/],
  ["clock advance soon", /<duration> must be a time such as/],
  ["clock get --url nowhere", /--url must be an http or https URL, got "nowhere"/],
  ["trigger", /missing <widget>/],
  ["verify --body {name:1}", /--body must be JSON, got/],
  ["verify --header accept", /--header must be a name and a value, as name:value/],
  ["requests --har --follow", /--har .*--follow|--follow .*--har/],
  ["faults add --share 2", /--share must be a number from 0 to 1/],
])("ctl %s is rejected", async (line, err) => {
  expect(await runHere(["ctl", ...line.split(" ")])).toMatchObject({ code: 2, err: expect.stringMatching(err) });
});

test("the help lists the verbs, and those of a group", async () => {
  expect((await runHere(["help", "ctl"])).out).toMatch(/Usage: widgets-mock ctl <command>.*clock .*requests/s);
  expect((await runHere(["ctl", "clock", "--help"])).out).toContain("Advance the clock");
  expect((await runHere(["ctl", "clock", "advance", "--help"])).out).toMatch(/<duration> \[options\].*--api-key/s);
});

test("keys are made, listed and revoked, and organizations removed", async () => {
  const { ctl, mock } = await startMock({ openKeys: false });
  const statusOf = async (key: string) =>
    (await mock.fetch("http://mock.test/api/v1/widgets", { headers: { authorization: `Bearer ${key}` } })).status;
  const made = (await ctl("keys create acme --name staging", {})).out.trim();
  expect(made).toMatch(/^sk_test_\w{32}$/);
  expect(await statusOf(made)).toBe(200);
  await ctl("keys create bakery", {});
  const { out } = await ctl("keys list", {});
  const [id = ""] = /^key_\w+(?= +acme +staging )/m.exec(out) ?? [];
  expect(out.trim().split("\n")).toHaveLength(2);
  expect((await ctl("keys list acme", {})).out).toMatch(new RegExp(`^${id}  acme  staging  .*\\n$`));
  expect((await ctl(`keys revoke ${id}`, {})).out).toMatch(`revoked ${id} at 20`);
  expect(await statusOf(made)).toBe(401);
  expect((await ctl("organizations list", {})).out).toMatch(/^acme +\S+ +0 keys\nbakery +\S+ +1 key\n$/);
  expect((await ctl("organizations remove acme", {})).out).toBe("removed acme\n");
  expect((await ctl("keys list acme", {})).err).toContain("There is no organization acme");
});
