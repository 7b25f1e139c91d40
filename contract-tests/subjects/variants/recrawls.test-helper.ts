import { variant } from "../build.test-helper.ts";
import { asked, isDone, widgetPath } from "../call.test-helper.ts";
import { afterwards, refusal, stacked } from "../layer.test-helper.ts";
import { crawledAt } from "../site.test-helper.ts";
import { endingRecrawls, indexAfterPause, onStory, untold, withoutEvent } from "../story.test-helper.ts";
import { firstCrawlMs, firstCrawlsEndEarly } from "./times.test-helper.ts";

/** What a pause during a recrawl, and anything else while one runs, may honestly lead to. */
export const recrawlVariants = [
  variant({
    id: "recrawls-lock-the-widget",
    options: { crawl: `${firstCrawlMs / 1000}s` },
    rules: ["A-RECRAWL-3", "A-DELETE-4", "A-TIME-2", "A-EXT-1"],
    says: "While a recrawl runs, ten times as long as a first crawl, its widget is not paused, resumed or deleted (409).",
    layer: stacked(
      untold,
      () =>
        onStory(
          { operation: ["pauseWidget", "resumeWidget", "deleteWidget"], after: / recrawl( update)*$/ },
          async () => refusal(409, "crawl_in_progress"),
        ),
      () => crawledAt(".slow.test"),
      firstCrawlsEndEarly,
    ),
    deliver: withoutEvent("widget.recrawled"),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      user.wait(5 * firstCrawlMs);
      const during = (await user.delete(id)).status;
      user.wait(10 * firstCrawlMs);
      return during === 409 && (await user.delete(id)).status === 204;
    },
  }),
  variant({
    id: "pause-cancels-the-recrawl",
    rules: ["A-RECRAWL-3", "A-RECRAWL-5"],
    says: "A pause during a recrawl cancels it: the crawl is told as failed, and the old index stays.",
    layer: endingRecrawls,
    shows: async (user) => (await indexAfterPause(user)) === "kept",
  }),
  variant({
    id: "pause-cancels-the-recrawl-with-an-event",
    rules: ["A-RECRAWL-3", "A-RECRAWL-5", "A-EXT-1"],
    says: "A pause during a recrawl cancels it: only an event says that the crawl has failed, and the old index stays.",
    layer: stacked(untold, endingRecrawls),
    shows: async (user) => (await indexAfterPause(user)) === "kept",
  }),
  variant({
    id: "paused-recrawls-begin-again-when-resumed",
    rules: ["A-RECRAWL-3", "A-EXT-1"],
    says: "A recrawl of a widget that is paused meanwhile begins again when it is resumed; nothing tells of that.",
    layer: stacked(
      untold,
      () =>
        onStory({ operation: "resumeWidget", after: / recrawl( update)* pause/ }, async (call, next) => {
          const reply = await next(call);
          if (isDone(reply)) await next(asked(call, "POST", `${widgetPath(call.id)}/recrawl`));
          return reply;
        }),
      endingRecrawls,
    ),
    deliver: withoutEvent("widget.crawl_failed"),
    shows: async (user) => (await indexAfterPause(user)) === "renewed later",
  }),
  variant({
    id: "site-is-recrawled-once-an-hour",
    rules: ["A-RECRAWL-2"],
    says: "A second recrawl within an hour is answered 429 with the seconds that are left.",
    layer: (memory) => {
      const due = new Map<string, number>();
      const layer = afterwards("recrawlWidget", async (call) => {
        due.set(call.id, memory.now(call) + 3_600_000);
        return undefined;
      });
      return async (call, next) => {
        const left = ((call.operation === "recrawlWidget" && due.get(call.id)) || 0) - memory.now(call);
        if (left <= 0) return layer(call, next);
        const reply = refusal(429, "rate_limited");
        return { ...reply, headers: { ...reply.headers, "retry-after": String(Math.ceil(left / 1000)) } };
      };
    },
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      user.wait(600_000);
      const { status } = await user.recrawl(id);
      user.wait(3_600_000);
      return status === 429 && (await user.recrawl(id)).status === 202;
    },
  }),
];
