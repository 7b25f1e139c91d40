import { expect, test } from "vitest";
import { publishedDocument } from "../spec/published-document.ts";
import { clean } from "./act/clean.ts";
import { authorization, createRequest, watchedTarget } from "./guest.test-helper.ts";
import { planConfirmation } from "./plan/confirm.ts";
import { planRun, widgetsIn, within } from "./plan/plan.ts";
import { widgetScript, write } from "./plan/script.ts";
import { run } from "./verify.ts";

const isCreate = ({ method, url }: Request) => method === "POST" && url.endsWith("/widgets");

test.each([
  ["breaks the connection", () => Promise.reject(new TypeError("fetch failed"))],
  [
    "answers 503 with Retry-After",
    () => Promise.resolve(new Response(null, { status: 503, headers: { "retry-after": "1" } })),
  ],
])("what a service makes before it %s is deleted at the end, once and exactly", async (_, answerInstead) => {
  let creates = 0;
  const { mock, target, names } = watchedTarget(async (request, answer) => {
    if (!isCreate(request)) return answer();
    const nth = ++creates;
    const answered = await answer();
    return nth % 4 === 0 ? answerInstead() : answered;
  });
  await mock.fetch(createRequest("n1 quiet "));
  await mock.fetch(createRequest("n1 values?"));
  const { report } = await run(target, { nonce: "n1" });
  expect(creates).toBeGreaterThan(30);
  expect(report.rules.filter(({ verdict }) => verdict === "fail").map(({ id }) => id)).toEqual([]);
  expect((await names()).sort()).toEqual(["n1 quiet ", "n1 values?"]);
});

test("what a replay without a walk through the list makes and loses is deleted too", async () => {
  let creates = 0;
  const { target, names } = watchedTarget(async (request, answer) => {
    const answered = await answer();
    return isCreate(request) && ++creates === 2 ? Promise.reject(new TypeError("fetch failed")) : answered;
  });
  const scripts = ["one", "two"].map((id) => widgetScript("parallel", id, { live: [write("pauseWidget")] }));
  await run(target, { nonce: "n1", replay: { scripts } });
  expect([creates, await names()]).toEqual([2, []]);
});

test.each([1, 5, 8, 12, 40])("no pass makes more than %i widgets where no more are allowed", (maxWidgets) => {
  const plan = planRun(publishedDocument, { effort: "thorough", seed: 1, maxWidgets });
  const count = ({ scripts }: typeof plan) => widgetsIn(scripts);
  expect(count(plan)).toBe(maxWidgets);
  const suspicions = plan.scripts.map((script) => ({ rule: "PAUSE-1" as const, script, beside: new Set<string>() }));
  expect(count(within(planConfirmation(plan, suspicions), maxWidgets))).toBeLessThanOrEqual(maxWidgets);
});

test("a run creates no more widgets than it may, whatever fails and has to be reproduced", async () => {
  let creates = 0;
  const { target } = watchedTarget(async (request, answer) => {
    if (isCreate(request)) creates++;
    return request.url.endsWith("/resume") || request.method === "PATCH"
      ? new Response(null, { status: 409 })
      : answer();
  });
  const { report } = await run(target, { nonce: "n1", maxWidgets: 20 });
  expect(report.rules.find(({ id }) => id === "PAUSE-2")).toMatchObject({ verdict: "fail" });
  expect(creates).toBeLessThanOrEqual(20);
  expect(report.stats.widgets).toBe(creates);
});

test("a server that goes away in the middle ends a run with a report of what was seen", async () => {
  let calls = 0;
  const { target } = watchedTarget((_, answer) =>
    ++calls > 200 ? Promise.reject(Object.assign(new Error("gone"), { code: "ECONNREFUSED" })) : answer(),
  );
  const { report } = await run(target, { nonce: "n1" });
  expect(report.stoppedEarly).toBe("the server stopped responding: gone");
  expect(report.exitCode).toBe(2);
  expect(report.rules.find(({ id }) => id === "OBJ-2")?.verdict).toBe("pass");
  expect(report.leftovers.length).toBeGreaterThan(10);
});

test("a server that comes back while a run that it ended deletes its widgets is left as it was", async () => {
  let [calls, lostDeletes] = [0, 0];
  const { target, names } = watchedTarget((request, answer) => {
    if (++calls <= 200 || lostDeletes >= 20) return answer();
    lostDeletes = request.method === "DELETE" ? lostDeletes + 1 : 0;
    return Promise.reject(Object.assign(new Error("gone"), { code: "ECONNREFUSED" }));
  });
  const { report } = await run(target, { nonce: "n1" });
  expect(report.stoppedEarly).toBe("the server stopped responding: gone");
  expect([report.leftovers, await names()]).toEqual([[], []]);
});

test("what is not deleted while it is paused is resumed first", async () => {
  const paused = new Set<string>();
  const { target, names } = watchedTarget(async (request, answer) => {
    const [, id = "", action] = /widgets\/(wgt_\w+)(?:\/(\w+))?$/.exec(request.url) ?? [];
    if (request.method === "DELETE" && paused.has(id)) return new Response(null, { status: 500 });
    const answered = await answer();
    if (action === "pause" && answered.ok) paused.add(id);
    if (action === "resume" && answered.ok) paused.delete(id);
    return answered;
  });
  const { report } = await run(target, { nonce: "n1" });
  expect(report.rules.find(({ id }) => id === "DELETE-1")).toMatchObject({ verdict: "fail" });
  expect([report.leftovers, await names()]).toEqual([[], []]);
});

test("what the second organization may not delete while its crawl runs is deleted at the end, by the second organization", async () => {
  const second = "Bearer sk_test_second";
  const isSecond = (request: Request) => request.headers.get("authorization") === second;
  const drafts = new Set<string>();
  const { target, mock } = watchedTarget(async (request, answer) => {
    const id = /widgets\/(wgt_\w+)$/.exec(request.url)?.[1] ?? "";
    if (request.method === "DELETE" && isSecond(request) && drafts.delete(id))
      return new Response(null, { status: 409 });
    const answered = await answer();
    if (request.method === "POST" && isSecond(request) && answered.status === 201)
      drafts.add((await answered.clone().json()).id);
    return answered;
  });
  const secondCredential = { authorization: second };
  const { report } = await run({ ...target, secondCredential }, { nonce: "n1" });
  expect([report.leftovers, report.exitCode]).toEqual([[], 0]);
  const listed = await mock.fetch("http://mock.test/api/v1/widgets", { headers: secondCredential });
  expect((await listed.json()).data).toEqual([]);
});

test("what the second organization left is deleted with its own credential only", async () => {
  const { mock, target } = watchedTarget((_, answer) => answer());
  const secondCredential = { authorization: "Bearer sk_test_second" };
  const { id } = await (
    await mock.fetch(createRequest("n1 by other"), {
      headers: { ...secondCredential, "content-type": "application/json" },
    })
  ).json();
  const leftover = { widgets: [{ id, caller: "other" as const }], lost: [] };
  expect(await clean(publishedDocument, target, leftover)).toEqual({
    gone: 0,
    left: [{ id, name: "", why: "it belongs to the second organization; --second-api-key is needed" }],
  });
  expect(await clean(publishedDocument, { ...target, secondCredential }, leftover)).toEqual({ gone: 1, left: [] });
});

test("a test clock that cannot be moved any more ends a run", async () => {
  const { target, mock } = watchedTarget((_, answer) => answer());
  let moves = 0;
  const advance = (milliseconds: number) => {
    if (++moves > 5) throw new Error("clock is gone");
    mock.clock.advance({ seconds: milliseconds / 1000 });
  };
  const { report } = await run({ ...target, advance }, { nonce: "n1" });
  expect(report.stoppedEarly).toMatch(/test clock could not be moved: clock is gone/);
  expect(report.leftovers).toEqual([]);
});

test("what a ledger names is found on whatever page, and nothing else is touched", async () => {
  const { mock, target, names } = watchedTarget((_, answer) => answer());
  await mock.fetch(createRequest("n1 lost"));
  for (let n = 0; n < 99; n++) await mock.fetch(createRequest("foreign"));
  await mock.fetch(createRequest("n1 lost too"));
  await mock.fetch(createRequest("n1 lost?"));
  const { gone, left } = await clean(publishedDocument, target, {
    widgets: [],
    lost: ["n1 lost", "n1 lost too"].map((name) => ({ name, site: "https://n.example" })),
  });
  expect([gone, left]).toEqual([2, []]);
  expect((await names()).filter((name: string) => name !== "foreign")).toEqual(["n1 lost?"]);
});

test.each([60])("a run that is interrupted at its call %i accuses nobody, and leaves nothing", async (most) => {
  const controller = new AbortController();
  let calls = 0;
  const { target, names } = watchedTarget((_, answer) => {
    if (++calls === most) controller.abort();
    return answer();
  });
  const { report } = await run(target, { nonce: "n1", signal: controller.signal });
  expect(report.stoppedEarly).toBe("interrupted");
  expect(report.rules.filter(({ findings, basis }) => basis !== "assumed" && findings.length > 0)).toEqual([]);
  expect([report.exitCode, report.leftovers, await names()]).toEqual([2, [], []]);
});

test("a breach that could not be tried again, because the run ended before, is inconclusive", async () => {
  const controller = new AbortController();
  const paused = new Set<string>();
  let refused = 0;
  const { target } = watchedTarget(async (request, answer) => {
    // A widget is paused only once.
    if (!request.url.endsWith("/pause") || !paused.has(request.url)) {
      if (request.url.endsWith("/pause")) paused.add(request.url);
      return answer();
    }
    if (++refused === 6) controller.abort();
    return new Response(null, { status: 409 });
  });
  const { report } = await run(target, { nonce: "n1", signal: controller.signal });
  const rule = report.rules.find(({ id }) => id === "PAUSE-1");
  expect(rule).toMatchObject({
    verdict: "inconclusive",
    reason: expect.stringContaining("before it could be reproduced"),
  });
  expect(report.exitCode).toBe(2);
});

test("a widget that somebody else deletes, once, fails nothing", async () => {
  let isDone = false;
  const { mock, target } = watchedTarget(async (request, answer) => {
    const id = /widgets\/(wgt_\w+)\/resume$/.exec(request.url)?.[1];
    if (id === undefined || isDone) return answer();
    isDone = true;
    const answered = await answer();
    const headers = { authorization };
    const list = await (await mock.fetch(new Request("http://mock.test/api/v1/widgets?limit=100", { headers }))).json();
    const other = list.data.find(({ name }: { name: string }) => name.includes("left-alone"));
    await mock.fetch(new Request(`http://mock.test/api/v1/widgets/${other.id}`, { method: "DELETE", headers }));
    return answered;
  });
  const { report } = await run(target, { nonce: "n1" });
  expect(isDone).toBe(true);
  expect(report.rules.filter(({ verdict }) => verdict === "fail" || verdict === "warn").map(({ id }) => id)).toEqual(
    [],
  );
});
