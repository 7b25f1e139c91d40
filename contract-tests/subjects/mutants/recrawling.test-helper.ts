import { mutant } from "../build.test-helper.ts";
import { asked, isDone, part, widgetPath } from "../call.test-helper.ts";
import { cells, crawlEnds, shows as showing } from "../document.test-helper.ts";
import { onOperation, rewriteWidget, type Wrapper } from "../layer.test-helper.ts";
import type { Probe } from "../subject.test-helper.ts";

/** Bugs in recrawling, as the management API shows them. */
export const recrawlingMutants = [
  mutant({
    id: "recrawl-crawls-nothing",
    rule: "RECRAWL-1",
    says: "A recrawl is answered, and nothing is crawled.",
    alsoBreaks: ["RECRAWL-4"],
    document: cells("recrawlWidget", ["active", "paused"], { to: null }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      return (await user.recrawl(id)).body.last_crawl.trigger === "create";
    },
  }),
  mutant({
    id: "recrawl-is-refused",
    rule: "RECRAWL-1",
    says: "A recrawl of an active widget is refused.",
    alsoBreaks: ["RECRAWL-3", "RECRAWL-4"],
    document: cells("recrawlWidget", "active", { to: null, code: "invalid_state" }),
    shows: async (user) => (await user.recrawl((await user.active()).body.id)).status === 409,
  }),
  mutant({
    id: "only-one-recrawl",
    rule: "RECRAWL-1",
    says: "The second recrawl of a widget is answered, and nothing is crawled.",
    alsoBreaks: ["RECRAWL-4"],
    layer: () => {
      const recrawled = new Set<string>();
      return onOperation("recrawlWidget", async (call, next) => {
        const reply = await next(recrawled.has(call.id) ? asked(call, "GET", widgetPath(call.id)) : call);
        if (isDone(reply)) recrawled.add(call.id);
        return isDone(reply) ? { ...reply, status: 202 } : reply;
      });
    },
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      user.wait(60_000);
      return (await user.recrawl(id)).body.last_crawl.status !== "running";
    },
  }),
  mutant({
    id: "recrawl-makes-a-draft",
    rule: "RECRAWL-2",
    says: "A widget is shown as a draft while its site is recrawled.",
    alsoBreaks: ["LIFE-4"],
    document: showing("active-recrawling", "draft"),
    shows: duringRecrawl((status) => status === "draft"),
  }),
  mutant({
    id: "recrawl-pauses",
    rule: "RECRAWL-2",
    says: "A widget is paused while its site is recrawled.",
    alsoBreaks: ["RECRAWL-5"],
    document: showing("active-recrawling", "paused"),
    shows: duringRecrawl((status) => status === "paused"),
  }),
  mutant({
    id: "recrawl-answers-draft",
    rule: "RECRAWL-2",
    says: "The reply to a recrawl says draft, though reads say active.",
    alsoBreaks: ["LIFE-4"],
    layer: () =>
      onOperation(
        "recrawlWidget",
        rewriteWidget((widget) => ({ ...widget, status: "draft" })),
      ),
    shows: async (user) => (await user.recrawl((await user.active()).body.id)).body.status === "draft",
  }),
  mutant({
    id: "recrawl-blinks-at-its-end",
    rule: "RECRAWL-2",
    says: "For five seconds after a recrawl has ended the widget is shown as a draft.",
    alsoBreaks: ["LIFE-4", "PAUSE-2"],
    layer: blinkingFor(5000),
    shows: blinksAfter(3000),
  }),
  mutant({
    id: "recrawl-blinks-briefly-at-its-end",
    rule: "RECRAWL-2",
    says: "For little more than a second after a recrawl has ended the widget is shown as a draft.",
    alsoBreaks: ["LIFE-4"],
    layer: blinkingFor(1200),
    shows: blinksAfter(2500, 2000),
  }),
  mutant({
    id: "recrawl-ends-as-a-draft",
    rule: "RECRAWL-2",
    says: "When a recrawl has finished the widget is a draft.",
    alsoBreaks: ["LIFE-4", "LIFE-1", "RECRAWL-4"],
    document: crawlEnds("active-recrawling", { to: "draft-failed" }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      user.wait(600_000);
      return (await user.get(id)).body.status === "draft";
    },
  }),
  mutant({
    id: "recrawl-ends-paused",
    rule: "RECRAWL-2",
    says: "When a recrawl has finished the widget is paused.",
    alsoBreaks: ["RECRAWL-4"],
    document: crawlEnds("active-recrawling", { to: "paused" }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      user.wait(60_000);
      return (await user.get(id)).body.status === "paused";
    },
  }),
  mutant({
    id: "updates-during-a-recrawl-are-refused",
    rule: "UPDATE-1",
    says: "While a recrawl runs an active widget takes no update.",
    document: cells("updateWidget", "active-recrawling", { code: "crawl_in_progress" }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      return (await user.update(id, { voice: "Kore" })).status === 409;
    },
  }),
];

function duringRecrawl(isWrong: (status: string) => boolean): Probe {
  return async (user) => {
    const { id } = (await user.active()).body;
    await user.recrawl(id);
    return isWrong((await user.get(id)).body.status);
  };
}

/** Shows a widget as a draft for so many milliseconds after each end of a recrawl. */
function blinkingFor(ms: number): Wrapper {
  return (memory) =>
    rewriteWidget((widget, call) => {
      const { finished_at, trigger } = part(widget, "last_crawl");
      const isFresh = memory.now(call) - Date.parse(String(finished_at)) < ms;
      return isFresh && trigger === "recrawl" && widget["status"] === "active"
        ? { ...widget, status: "draft" }
        : widget;
    });
}

function blinksAfter(ms: number, overMs = 60_000): Probe {
  return async (user) => {
    const { id } = (await user.active()).body;
    await user.recrawl(id);
    user.wait(ms);
    const { status } = (await user.get(id)).body;
    user.wait(overMs);
    return status === "draft" && (await user.get(id)).body.status === "active";
  };
}
