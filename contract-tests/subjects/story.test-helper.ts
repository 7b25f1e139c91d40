import { asked, isDone, part, type Reply, type Widget, widgetIn, widgetPath } from "./call.test-helper.ts";
import { type Layer, type Memory, type Next, rewriteWidget, rewritten } from "./layer.test-helper.ts";
import type { Delivered } from "./subject.test-helper.ts";
import type { User } from "./user.test-helper.ts";

/**
 * What an oddity needs: the operations that were accepted on its widget, and the ends of its recrawls, each with a space before
 * it, such as ` recrawl pause end`.
 */
export interface Story {
  readonly operation: string | readonly string[];
  readonly after: RegExp;
}

/** What is done where stories match. */
export interface StoryHooks {
  readonly on?: Story & { readonly layer: Layer };
  /** A recrawl of the called widget has ended since the call before. */
  readonly ended?: (story: string, call: Parameters<Layer>[0], next: Next) => Promise<void>;
  /** How a widget is shown, alone and in lists alike. */
  readonly show?: (story: string, widget: Widget) => Widget;
}

/** Does something else with an operation where what was done with its widget matches. */
export function onStory({ operation, after }: Story, layer: Layer): Layer {
  return withStories({ on: { operation, after, layer } });
}

/** Shows active widgets with another status while a recrawl runs, where what was done with them matches. */
export function showingAs(status: string, after: RegExp): Layer {
  const show = (story: string, widget: Widget) => {
    const isRunning = part(widget, "last_crawl")["status"] === "running";
    return isRunning && widget["status"] === "active" && after.test(story) ? { ...widget, status } : widget;
  };
  return withStories({ show });
}

/** Keeps what was done with each widget. */
export function withStories({ on, ended, show }: StoryHooks): Layer {
  const stories = new Map<string, string>();
  return async (call, next) => {
    const { operation = "", id } = call;
    const shown = (reply: Reply) =>
      show ? rewritten(reply, call, (widget) => show(stories.get(String(widget["id"])) ?? "", widget)) : reply;
    if (id === "" || !operation.endsWith("Widget")) return shown(await next(call));
    let story = stories.get(id) ?? "";
    const tell = (word: string) => {
      story += ` ${word}`;
      stories.set(id, story);
    };
    const isRunning = story.lastIndexOf("recrawl") > story.lastIndexOf("end");
    if (isRunning && !(await isCrawled(call, next))) {
      tell("end");
      await ended?.(story, call, next);
    }
    const isMeant = on && [on.operation].flat().includes(operation) && on.after.test(story);
    const reply = isMeant ? await on.layer(call, next) : await next(call);
    if (isDone(reply) && operation !== "getWidget") tell(operation.replace("Widget", ""));
    return shown(reply);
  };
}

/** Whether a crawl of a widget runs, where members tell of crawls. */
async function isCrawled(call: Parameters<Layer>[0], next: Next): Promise<boolean> {
  return part(widgetIn(await next(asked(call, "GET", widgetPath(call.id)))), "last_crawl")["status"] === "running";
}

/** Shows no member that tells of crawls. */
export function untold(): Layer {
  return rewriteWidget(({ last_crawl: _, ...widget }) => widget);
}

/** Ends recrawls without a result where their widget is paused. */
export function endingRecrawls(memory: Memory): Layer {
  return onStory({ operation: "pauseWidget", after: / recrawl( update)*$/ }, async (call, next) => {
    const reply = await next(call);
    memory.mock.world(memory.keyOf(call)).widgets.endCrawl({ id: call.id, outcome: "failed" });
    return reply;
  });
}

/** Loses the events of a type. */
export function withoutEvent(type: string): (event: Delivered) => Delivered | undefined {
  return (event) => (event.body.includes(type) ? undefined : event);
}

/** What becomes of the index where a site has changed, and its widget is paused during the recrawl, and resumed. */
export async function indexAfterPause(user: User): Promise<"kept" | "renewed" | "renewed later"> {
  const { id } = (await user.active()).body;
  const index = async () => (await user.converse(id)).conversation.index;
  const before = await index();
  await user.changeSite();
  await user.recrawl(id);
  await user.pause(id);
  user.wait(600_000);
  await user.resume(id);
  if ((await index()) !== before) return "renewed";
  user.wait(600_000);
  return (await index()) === before ? "kept" : "renewed later";
}
