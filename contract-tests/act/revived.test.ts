import { expect, test } from "vitest";
import { builder, healthy } from "../subjects/build.test-helper.ts";
import { asked, entriesOf, part, type Reply, widgetIn } from "../subjects/call.test-helper.ts";
import { type Layer, type Memory, refusal } from "../subjects/layer.test-helper.ts";
import { recordOf, startTime } from "../subjects/target.test-helper.ts";

/** A first crawl takes so long, and brings its widget back when it ends. */
const crawlMs = 20_000;

const bringingBack = builder({ options: { crawl: `${crawlMs / 1000}s` }, layer: hidingUntilCrawled });

test("what a crawl brings back is DELETE-1 each time, told, and deleted again in the end", async () => {
  const subject = bringingBack(startTime);
  const { report } = await recordOf(subject, { rules: ["DELETE-1"] });
  const [rule] = report.rules;
  expect(rule).toMatchObject({ id: "DELETE-1", verdict: "fail" });
  expect(rule?.reproduced?.times).toBe(rule?.reproduced?.of);
  expect(report.warnings).toEqual([expect.stringMatching(/^\d+ widgets were there again after a delete/)]);
  expect(report.leftovers).toEqual([]);
  expect(leftIn(subject)).toEqual([]);
});

test("a server that deletes for good is looked at once more, and nobody waits for its crawls", async () => {
  const subject = healthy(startTime);
  const { report, record } = await recordOf(subject, { rules: ["DELETE-1"] });
  expect(report.warnings).toBeUndefined();
  const [{ history } = { history: undefined }] = record.passes;
  const last = history?.exchanges.at(-1);
  expect(last).toMatchObject({ operation: "listWidgets", probe: "A-DELETE-4" });
});

/** The ids of the widgets that the mock underneath still has, of the organization under test. */
function leftIn({ mock }: ReturnType<typeof healthy>): string[] {
  return mock
    .world("sk_test_Own")
    .widgets.list()
    .widgets.map(({ id }) => id);
}

/** Hides a widget that is deleted during a crawl until that has ended; then it is there, and can be deleted. */
function hidingUntilCrawled(memory: Memory): Layer {
  const back = new Map<string, number>();
  return async (call, next) => {
    const isHidden = (id: unknown) => memory.now(call) < (back.get(String(id)) ?? 0);
    if (isHidden(call.id)) return refusal(404, "not_found");
    if (call.operation === "deleteWidget" && !back.has(call.id)) {
      const widget = widgetIn(await next(asked(call, "GET", call.path)));
      if (part(widget, "last_crawl")["status"] === "running") {
        back.set(call.id, memory.now(call) + crawlMs);
        return { status: 204, headers: {} };
      }
    }
    const reply = await next(call);
    return call.operation === "listWidgets" ? without(reply, isHidden) : reply;
  };
}

function without(reply: Reply, isHidden: (id: unknown) => boolean): Reply {
  const data = entriesOf(reply).filter(({ id }) => !isHidden(id));
  return { ...reply, body: { ...(reply.body as object), data } } as Reply;
}
