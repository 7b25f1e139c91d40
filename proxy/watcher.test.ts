import { expect, onTestFinished, test, vi } from "vitest";
import { expectReportForm } from "../contract-tests/report/report-form.test-helper.ts";
import { healthy } from "../contract-tests/subjects/build.test-helper.ts";
import { mutants } from "../contract-tests/subjects/mutants.test-helper.ts";
import { startTime } from "../contract-tests/subjects/target.test-helper.ts";
import { site, widgets } from "../contract-tests/subjects/user.test-helper.ts";
import type { WatchedFinding } from "./judge-watched.ts";
import {
  lossHeader,
  serveRequests,
  serveSubject,
  untilTestEnds,
  type Watching,
  watchStaging,
} from "./staging.test-helper.ts";
import { watchReport } from "./watch-report.ts";

type Body = Record<string, unknown>;

/** A client of a proxy that stands before a subject, and another one beside it. */
async function clientOf(build = healthy, watching: Watching = {}) {
  const subject = untilTestEnds(build(startTime));
  const staging = untilTestEnds(await serveSubject(subject));
  const proxy = untilTestEnds(await watchStaging(staging.url, { readLagMs: 0, ...watching }));
  const at =
    (base: string) =>
    async (
      method: string,
      path = "",
      body?: Body,
      key: string | undefined = "sk_test_one",
      more: Record<string, string> = {},
    ) => {
      const authorization = key === "" ? {} : { authorization: `Bearer ${key}` };
      const type = body ? { "content-type": "application/json" } : {};
      const init = {
        method,
        headers: { ...authorization, ...type, ...more },
        ...(body ? { body: JSON.stringify(body) } : {}),
      };
      const response = await fetch(`${base}${widgets}${path}`, init);
      const text = await response.text();
      return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Body };
    };
  const [call, beside] = [at(proxy.url), at(staging.url)];
  const active = async (more: Body = {}) => {
    const { body } = await call("POST", "", { name: "Northwind", site_url: site, ...more });
    subject.advance(5000);
    await call("GET", `/${body["id"]}`);
    return String(body["id"]);
  };
  const named = (found: readonly WatchedFinding[]) =>
    found.map(({ finding: { rule }, doubt }) => (doubt ? `${rule}?` : rule));
  const seen = () => {
    proxy.watcher.judge();
    return named(proxy.watcher.findings);
  };
  /** What a report says, which judges everything together. */
  const reported = () => named(proxy.watcher.passes().flatMap(({ findings }) => findings));
  return { ...proxy, call, beside, active, seen, reported, subject };
}

/** A mutant by its id. */
function mutantNamed(id: string) {
  const found = mutants.find((one) => one.id === id);
  if (!found) throw new Error(`There is no mutant ${id}.`);
  return found.build;
}

test("an honest server gives nothing to say, and its dialect is observed", async () => {
  const { call, active, seen, watcher } = await clientOf();
  const id = await active();
  await call("PATCH", `/${id}`, { voice: "Aoede" });
  await call("POST", `/${id}/pause`);
  await call("GET", `/${id}`);
  await call("GET", "?limit=1");
  await call("DELETE", `/${id}`);
  await call("GET", `/${id}`);
  expect(seen()).toEqual([]);
  expect(watcher.dialectFile()).toMatchObject({ "A-CREATE-1": "201", "A-DELETE-1": "204", "A-ENUM-1": "paused" });
});

test("what one answer proves is a violation", async () => {
  const list = await clientOf(mutantNamed("list-is-kept-by-path"));
  await list.active();
  await list.call("GET", "?limit=1");
  await list.call("GET", "?limit=1", undefined, "");
  expect(list.seen()).toEqual(["SCOPE-1"]);
  const form = await clientOf(mutantNamed("voice-is-an-object"));
  await form.active();
  expect(form.seen()).toEqual(["OBJ-7"]);
});

test("what somebody beside the proxy may have done is a possibility, and with --exclusive a violation", async () => {
  for (const isExclusive of [false, true]) {
    const { call, active, reported } = await clientOf(mutantNamed("pause-does-nothing"), { isExclusive });
    for (let n = 0; n < 2; n++) {
      const id = await active();
      await call("POST", `/${id}/pause`);
      await call("GET", `/${id}`);
    }
    expect(new Set(reported())).toEqual(new Set([isExclusive ? "PAUSE-1" : "PAUSE-1?"]));
  }
});

test("a client that polls more often than reads may lag hides nothing that lasts longer", async () => {
  let time = 0;
  vi.spyOn(performance, "now").mockImplementation(() => ++time);
  onTestFinished(() => void vi.restoreAllMocks());
  const { call, subject, reported } = await clientOf(mutantNamed("pause-does-nothing"), {
    readLagMs: 2000,
    isExclusive: true,
  });
  const { body } = await call("POST", "", { name: "Northwind", site_url: site });
  const poll = async () => {
    time += 250;
    subject.advance(250);
    return (await call("GET", `/${body["id"]}`)).body["status"];
  };
  while ((await poll()) === "draft");
  await call("PATCH", `/${body["id"]}`, { voice: "Aoede" });
  await call("POST", `/${body["id"]}/pause`);
  for (let n = 0; n < 20; n++) await poll();
  expect(reported()).toEqual(["PAUSE-1"]);
});

test("reads that lag, or that are made side by side, may show what was before", async () => {
  let time = 0;
  vi.spyOn(performance, "now").mockImplementation(() => ++time);
  onTestFinished(() => void vi.restoreAllMocks());
  for (const readLagMs of [0, 2000]) {
    let answer: (() => void) | undefined;
    const isHeld = { now: false };
    const honest = (options: Parameters<typeof healthy>[0]) => {
      const subject = healthy(options);
      const fetchSubject = async (request: Request) => {
        const response = await subject.fetch(request);
        if (isHeld.now && request.method === "GET") {
          isHeld.now = false;
          await new Promise<void>((resolve) => (answer = resolve));
        }
        return response;
      };
      return { ...subject, fetch: fetchSubject };
    };
    const { call, subject, seen, reported } = await clientOf(honest, { readLagMs, isExclusive: true });
    const { body } = await call("POST", "", { name: "Northwind", site_url: site });
    isHeld.now = true;
    const draft = call("GET", `/${body["id"]}`);
    await vi.waitFor(() => expect(answer).toBeDefined());
    subject.advance(5000);
    await call("GET", `/${body["id"]}`);
    answer?.();
    expect((await draft).body).toMatchObject({ status: "draft" });
    await call("GET", `/${body["id"]}`);
    expect([...seen(), ...reported()]).toEqual([]);
  }
});

test("server errors are a possibility from the second on, and a violation where an operation fails for a while", async () => {
  let time = 0;
  vi.spyOn(performance, "now").mockImplementation(() => ++time);
  onTestFinished(() => void vi.restoreAllMocks());
  const { call, active, reported } = await clientOf(mutantNamed("updated-recrawl-breaks-down"));
  const recrawl = async () => {
    const id = await active();
    await call("PATCH", `/${id}`, { voice: "Aoede" });
    expect((await call("POST", `/${id}/recrawl`)).status).toBe(500);
    time += 3000;
  };
  const seen = [];
  for (let n = 0; n < 4; n++) {
    await recrawl();
    seen.push(reported());
  }
  expect(seen).toEqual([[], ["RECRAWL-1?"], ["RECRAWL-1?"], ["RECRAWL-1"]]);
});

test("an operation that is not found is not taken for a widget that was deleted", async () => {
  const { call, active, reported } = await clientOf(mutantNamed("recrawl-has-no-route"), { isExclusive: true });
  for (let n = 0; n < 2; n++) await call("POST", `/${await active()}/recrawl`);
  expect(new Set(reported())).toEqual(new Set(["PATH-1"]));
});

test("others may do anything beside the proxy, and to widgets that were not created through it", async () => {
  const { call, beside, active, seen, subject } = await clientOf();
  const ids = [await active(), await active(), await active()];
  const foreign = String((await beside("POST", "", { name: "F", site_url: site })).body["id"]);
  for (const id of [...ids, foreign]) await beside("PATCH", `/${id}`, { name: "Changed", voice: "Aoede" });
  for (const id of [...ids, foreign]) await call("GET", `/${id}`);
  await beside("POST", `/${ids[0]}/pause`);
  await beside("DELETE", `/${ids[1]}`);
  await beside("POST", `/${ids[2]}/recrawl`);
  subject.advance(5000);
  for (const id of [...ids, foreign]) await call("GET", `/${id}`);
  await call("GET", "");
  expect(seen().filter((one) => !one.endsWith("?"))).toEqual([]);
});

test("several keys of one organization are one, unless each is said to have its own", async () => {
  for (const isSeparate of [false, true]) {
    const { call, active, seen } = await clientOf(
      (options) => healthy({ ...options, apiKeys: { sk_test_one: "acme", sk_test_two: "acme" } }),
      { isSeparate },
    );
    const id = await active();
    await call("PATCH", `/${id}`, { name: "B" }, "sk_test_two");
    await call("GET", `/${id}`);
    await call("GET", `/${id}`, undefined, "sk_test_two");
    expect(new Set(seen())).toEqual(new Set(isSeparate ? ["SCOPE-2"] : []));
  }
});

test("a deleted widget that is shown again is a violation, and within the read lag a possibility", async () => {
  for (const readLagMs of [0, 60_000]) {
    const { call, active, seen } = await clientOf(mutantNamed("delete-does-nothing"), { readLagMs });
    const id = await active();
    await call("DELETE", `/${id}`);
    await call("GET", `/${id}`);
    await call("GET", `/${id}`);
    expect(seen()).toEqual([readLagMs === 0 ? "DELETE-1" : "DELETE-1?"]);
  }
});

test("retries with an idempotency key, bad requests, odd forms and clients that go away are nobody's fault", async () => {
  const { call, active, seen } = await clientOf(healthy, { isExclusive: true });
  const create = { name: "Northwind", site_url: site };
  const first = await call("POST", "", create, undefined, { "idempotency-key": "k" });
  const again = await call("POST", "", create, undefined, { "idempotency-key": "k" });
  expect(again.body["id"]).toBe(first.body["id"]);
  const id = await active();
  await call("PATCH", `/${id}`, { nam: "x", theme: { radius: 1000 } });
  await call("PATCH", `/${id}`, { status: "paused", name: "  <b>é</b>  " });
  await call("POST", `/${id}/pause`, undefined, undefined, { "idempotency-key": "p" });
  await call("POST", `/${id}/resume`);
  await call("POST", `/${id}/pause`, undefined, undefined, { "idempotency-key": "p" });
  for (const query of ["?limit=0", "?limit=500", "?cursor=none", "?status=active"]) await call("GET", query);
  await call("GET", `/${id}?fields=name`);
  await call("PUT", `/${id}`, { name: "C" });
  await call("GET", `/${id}`);
  expect(seen()).toEqual([]);
});

test("what is lost and tried again with one idempotency key is judged by what holds either way", async () => {
  for (const [build, expected] of [
    [healthy, []],
    [(options) => healthy({ ...options, dialect: { "A-IDEM-1": "ignore" } }), []],
    [mutantNamed("pause-does-nothing"), ["PAUSE-1"]],
  ] as [typeof healthy, string[]][]) {
    const { call, active, reported } = await clientOf(build, { isExclusive: true });
    const id = await active();
    const pause = (more = {}) =>
      call("POST", `/${id}/pause`, undefined, undefined, { "idempotency-key": "k", ...more });
    for (const loss of ["request", "answer"]) expect((await pause({ [lossHeader]: loss })).status).toBe(502);
    await pause();
    await pause();
    for (let n = 0; n < 2; n++) await call("GET", `/${id}`);
    // Nobody can tell whether the last retry pauses it again.
    await call("POST", `/${id}/resume`);
    await pause();
    for (let n = 0; n < 2; n++) await call("GET", `/${id}`);
    expect(reported()).toEqual(expected);
  }
});

test("a client that retries with one idempotency key shows an operation that fails, and does not prove it", async () => {
  let time = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (time += 1000));
  onTestFinished(() => void vi.restoreAllMocks());
  const { call, active, reported } = await clientOf(mutantNamed("updated-recrawl-breaks-down"));
  const id = await active();
  await call("PATCH", `/${id}`, { voice: "Aoede" });
  for (let n = 0; n < 5; n++) await call("POST", `/${id}/recrawl`, undefined, undefined, { "idempotency-key": "k" });
  await call("GET", `/${id}`);
  expect(reported()).toEqual(["RECRAWL-1?"]);
});

test("cursors that do not lead on are named where nothing was written meanwhile, and what drifts is not", async () => {
  /** Goes through the list twice in pages of a size, and says what was found. */
  const walked = async (build: typeof healthy, limit: number, between: (n: number) => string = () => "") => {
    const { call, active, reported } = await clientOf(build, { isExclusive: true });
    for (let n = 0; n < 5; n++) await active();
    for (let times = 0; times < 2; times++) {
      let cursor = "";
      for (let n = 0; n < 6; n++) {
        const { body } = await call("GET", `?limit=${limit}${cursor === "" ? "" : `&cursor=${cursor}`}`);
        cursor = encodeURIComponent(String(body["next_cursor"] ?? ""));
        if (cursor === "") break;
        if (between(n) === "create") await active();
      }
    }
    await call("GET", "?limit=100");
    return reported();
  };
  expect(await walked(healthy, 2)).toEqual([]);
  expect(await walked(mutantNamed("cursor-is-ignored"), 2)).toEqual(["LIST-2"]);
  expect(await walked(mutantNamed("cursor-is-refused"), 2)).toEqual(["LIST-2"]);
  expect(await walked(mutantNamed("there-is-no-cursor"), 2)).toEqual(["LIST-2"]);
  expect(await walked(mutantNamed("pages-double-one-between"), 2)).toEqual(["LIST-3"]);
  expect(await walked(mutantNamed("pages-lose-one-between"), 2)).toEqual(["LIST-3"]);
  // A widget that is created meanwhile moves what is found by its place.
  const drifts = (n: number) => (n < 2 ? "create" : "");
  expect(await walked(mutantNamed("pages-double-one-between"), 2, drifts)).toEqual([]);
});

test("requests are held against the document, with what they rest on", async () => {
  const { call, active, watcher } = await clientOf();
  const id = await active();
  await call("PATCH", `/${id}`, { voic: "Aoede" });
  await call("PATCH", `/${id}`, { theme: { radius: 4 } });
  await call("GET", "?limit=0");
  await call("PUT", `/${id}`, { name: "C" });
  await call("GET", "", undefined, "");
  const issues = watcher.client.issues.map(({ problem, place, assumed }) => `${problem} ${place} ${assumed}`);
  expect(issues).toEqual([
    "validation_error #/voic A-VAL-3",
    "validation_error limit A-LIST-2",
    `method_not_allowed PUT ${widgets}/${id} A-ORDER-1`,
    "unauthorized Authorization A-AUTH-2",
  ]);
  expect(watcher.client.assumptions.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["A-AUTH-1", "A-PATCH-1"]));
});

test("credentials are in no output, wherever a client puts them and a server repeats them", async () => {
  const secrets = ["sk_test_secret_one", "cookie-secret-123", "query-secret-123"];
  const staging = untilTestEnds(
    await serveRequests((incoming, outgoing) => {
      const all = JSON.stringify([incoming.headers, incoming.url]);
      outgoing.writeHead(201, { "content-type": "application/json" });
      outgoing.end(
        JSON.stringify({
          id: "wgt_1",
          name: all,
          status: "draft",
          persona: Buffer.from(secrets[0] ?? "").toString("base64"),
        }),
      );
    }),
  );
  const seen: string[] = [];
  const proxy = untilTestEnds(
    await watchStaging(staging.url, {
      onExchange: (one) => void seen.push(JSON.stringify(one)),
      onFinding: (one) => void seen.push(JSON.stringify(one)),
    }),
  );
  const headers = {
    authorization: `Bearer ${secrets[0]}`,
    cookie: `s=${secrets[1]}`,
    "content-type": "application/json",
  };
  const body = JSON.stringify({ name: `N ${secrets[0]}`, site_url: site });
  await fetch(`${proxy.url}${widgets}?api_key=${secrets[2]}`, { method: "POST", headers, body });
  await fetch(`${proxy.url}${widgets}`, { method: "POST", headers, body });
  await fetch(`${proxy.url}${widgets}/wgt_1`, { headers });
  proxy.watcher.judge();
  const { report, record, sections } = watchReport(proxy.watcher, proxy.options);
  expectReportForm(report);
  const text = JSON.stringify([report, record, sections, seen, proxy.watcher.client.issues]);
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).not.toContain(Buffer.from(secrets[0] ?? "").toString("base64"));
});

test("strict answers 502 with the finding, and everything else as it is", async () => {
  const { call, active } = await clientOf(mutantNamed("delete-does-nothing"), { isStrict: true });
  const id = await active();
  expect((await call("GET", `/${id}`)).status).toBe(200);
  await call("DELETE", `/${id}`);
  await call("GET", `/${id}`);
  const { status, body } = await call("GET", `/${id}`);
  expect({ status, ...body }).toMatchObject({ status: 502, code: "proxy_broken_answer", rule: "DELETE-1" });
});

test("no more is kept than may be, and what was found stays", async () => {
  const { call, active, watcher, options } = await clientOf(mutantNamed("voice-is-an-object"), { maxExchanges: 100 });
  for (let n = 0; n < 30; n++) {
    const id = await active();
    for (let read = 0; read < 5; read++) await call("GET", `/${id}`);
  }
  const { record, report } = watchReport(watcher, options);
  const kept = record.passes.flatMap(({ history }) => history.exchanges);
  expect(kept.length).toBeLessThan(200);
  expect(report.rules.find(({ id }) => id === "OBJ-7")?.verdict).toBe("fail");
  expect(watcher.counts).toMatchObject({ requests: 210, widgets: 30 });
});
