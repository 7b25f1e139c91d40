import { expect, test } from "vitest";
import type { ObservedExchange } from "../../spec/observed-exchange.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { RunLog } from "../run/run-log.ts";
import { judgeFailedCrawls } from "./failed-crawls.ts";
import { judgeRepeatedCreates } from "./repeated-creates.ts";

const widgets = "/api/v1/widgets";
const body = '{"name":"Bakery","site_url":"https://bakery.example"}';

function exchange(parts: Partial<ObservedExchange>): ObservedExchange {
  return {
    ...{ requestId: "req_1", method: "GET", path: widgets, search: "", status: 200, assumed: [], faults: [] },
    ...{ idempotencyKey: undefined, replayed: false, requestBody: "", responseBody: "" },
    ...parts,
  };
}

function create(id: string, parts: Partial<ObservedExchange> = {}): ObservedExchange {
  const responseBody = JSON.stringify({ id, status: "draft" });
  return exchange({
    method: "POST",
    operation: "createWidget",
    status: 201,
    requestBody: body,
    responseBody,
    ...parts,
  });
}

const read = (id: string, crawl: string) =>
  exchange({
    path: `${widgets}/${id}`,
    operation: "getWidget",
    responseBody: JSON.stringify({ id, status: "draft", last_crawl: { status: crawl } }),
  });

function logOf(...steps: readonly (ObservedExchange | "crawl fails")[]): RunLog {
  let time = 0;
  const log = new RunLog(publishedDocument, () => ++time);
  for (const step of steps) {
    if (step === "crawl fails") log.addHappening({ type: "crawl.failed", widget: "wgt_1", from: "draft-crawling" });
    else log.addExchange(step);
  }
  return log;
}

const lost = create("wgt_1", { status: 0, faults: ["flt_1"] });
const once = logOf(create("wgt_1"));

test.each([
  ["sent again and made a second widget", logOf(lost, create("wgt_2")), once, "made 2 widgets: wgt_1, wgt_2"],
  ["sent again with a key that is honoured", logOf(lost, create("wgt_1", { replayed: true })), once, undefined],
  ["not sent again", logOf(lost), once, undefined],
  [
    "made by two tests that send the same",
    logOf(lost, create("wgt_2")),
    logOf(create("wgt_1"), create("wgt_2")),
    undefined,
  ],
  ["one of two different ones", logOf(lost, create("wgt_2", { requestBody: "{}" })), once, undefined],
])("a create whose answer was lost and that is %s", (_, log, baseline, reason) => {
  const judged = judgeRepeatedCreates({ passed: true, log, baseline });
  if (reason === undefined) expect(judged).toBeUndefined();
  else
    expect(judged).toMatchObject({
      verdict: "breaks",
      reason: expect.stringContaining(reason),
      after: { faults: ["flt_1"] },
    });
});

const failed = read("wgt_1", "failed");

test.each([
  ["reads on", [failed, failed, failed, failed, failed], "breaks", "5 times more"],
  ["notices and stops", [failed, failed], "survives", "stops"],
  ["never looks again", [], "breaks", "never looked"],
  [
    "asks for another crawl each time",
    [
      failed,
      exchange({ method: "POST", path: `${widgets}/wgt_1/recrawl`, operation: "recrawlWidget" }),
      failed,
      failed,
    ],
    "survives",
    "stops",
  ],
] as const)("tests that fail with a crawl, whose client %s", (_, after, verdict, reason) => {
  const log = logOf(create("wgt_1"), read("wgt_1", "running"), "crawl fails", ...after);
  const judged = judgeFailedCrawls({ passed: false, log, baseline: once });
  expect(judged).toMatchObject({ verdict, reason: expect.stringContaining(reason) });
  expect(judgeFailedCrawls({ passed: true, log, baseline: once })).toBeUndefined();
});
