import { advanceAndSettle, freeze, resume } from "../controls/clock.ts";
import { changeCrawls, crawlMode, endCrawls } from "../controls/crawls.ts";
import { watch } from "../controls/scope.ts";
import { OptionError } from "../option-error.ts";
import { Refusal } from "../refusal.ts";
import { rejectBody } from "../request/validate-body.ts";
import type { Happening } from "../world/happening.ts";
import { happeningAsJson } from "./as-json.ts";
import { type ControlCall, type ControlHandler, needed } from "./control-call.ts";
import { clockAsJson } from "./mock-handlers.ts";

/** What the control plane does with time, and with the crawls that live by it. */
export const timeHandlers = {
  getClock: ({ scope }) => clockAsJson(scope),
  async advanceClock(call) {
    const happened = await advance(call);
    return { ...clockAsJson(call.scope), happened: happened.map((one) => happeningAsJson(call.engine, one)) };
  },
  freezeClock({ scope }) {
    freeze(scope);
    return clockAsJson(scope);
  },
  resumeClock({ scope }) {
    resume(scope);
    return clockAsJson(scope);
  },
  getCrawls: ({ scope }) => ({ mode: crawlMode(scope) }),
  changeCrawls({ scope, body }) {
    try {
      changeCrawls(scope, String(body["mode"]));
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      rejectBody([{ pointer: "#/mode", code: "format", detail: error.problem }]);
    }
    return { mode: crawlMode(scope) };
  },
  endCrawls: ({ engine, scope, body }) => ({
    happened: endCrawls(scope, body["outcome"] === "succeeded").map((one) => happeningAsJson(engine, one)),
  }),
  endCrawl({ engine, scope, world = needed(), id, body }) {
    if (!world.findWidget(id).widget) throw new Refusal("not_found", { values: { id } });
    const [happening] = endCrawls(scope, body["outcome"] === "succeeded", id);
    if (!happening) throw new Refusal("no_crawl", { values: { id } });
    return happeningAsJson(engine, happening);
  },
  triggerEvent({ engine, scope, world = needed(), requestId, id, body }) {
    const { widget } = world.findWidget(id);
    if (!widget) throw new Refusal("not_found", { values: { id } });
    const { to } = engine.dialect.document["x-lifecycle"].operations["recrawlWidget"]?.[widget.state] ?? {};
    if (!world.isCrawling(widget)) world.changeState(widget, to, requestId);
    if (!world.isCrawling(widget)) throw new Refusal("no_crawl", { values: { id } });
    const [happening] = watch(scope, () => world.crawler.end(widget, body["outcome"] === "succeeded"));
    return happening ? happeningAsJson(engine, happening) : {};
  },
} satisfies Record<string, ControlHandler>;

async function advance({ scope, body }: ControlCall): Promise<Happening[]> {
  try {
    return await advanceAndSettle(scope, Number(body["seconds"]) * 1000);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    rejectBody([{ pointer: "#/seconds", code: "maximum", detail: `is too far. ${error.message}` }]);
  }
}
