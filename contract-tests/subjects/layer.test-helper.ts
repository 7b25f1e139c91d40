import type { Mock, MockOptions } from "../../mock/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import {
  asked,
  at,
  bodyOf,
  type Call,
  entriesOf,
  isDone,
  type Reply,
  type Widget,
  widgetIn,
  withBody,
} from "./call.test-helper.ts";

/** Passes a call on to what lies underneath. */
export type Next = (call: Call) => Promise<Reply>;
/** What stands between a client and the mock: may change calls and answers, and make calls of its own. */
export type Layer = (call: Call, next: Next) => Promise<Reply>;
/** Makes a layer for one subject; what it remembers is that subject's alone. */
export type Wrapper = (memory: Memory) => Layer;

/** What every layer may know of the mock underneath. */
export interface Memory {
  readonly mock: Mock;
  /** What it was made with. */
  readonly options: MockOptions;
  /** The key that a widget was created with. */
  ownerOf(id: string): string | undefined;
  /** The key of a call, or of the newest one that had a key. */
  keyOf(call: Call): string;
  /** What time it is for the organization of a call, in milliseconds. */
  now(call: Call): number;
}

/** A call about a widget by the organization that has it, whoever makes the call that it is for. */
export function byOwner(memory: Memory, call: Call, method: string, path: string, body?: Json): Call {
  const id = /wgt_\w+/.exec(path)?.[0] ?? "";
  const key = memory.ownerOf(id) ?? memory.keyOf(call);
  return asked({ ...call, headers: { authorization: `Bearer ${key}` } }, method, path, body);
}

/** The operations that answer with one widget. */
export const showingOne = [
  ...["createWidget", "getWidget", "updateWidget", "pauseWidget", "resumeWidget", "recrawlWidget"],
] as const;

/** The operations that write. */
export const writing = ["createWidget", "updateWidget", "pauseWidget", "resumeWidget", "recrawlWidget", "deleteWidget"];

/** Several layers, the first outermost. */
export function stacked(...wrappers: readonly Wrapper[]): Wrapper {
  return (memory) => {
    const layers = wrappers.map((wrapper) => wrapper(memory));
    return (call, next) => layers.reduceRight<Next>((inner, layer) => (each) => layer(each, inner), next)(call);
  };
}

/** Lets one call through at a time, for layers that put something out of order for a moment. */
export function exclusive(layer: Layer): Layer {
  let busy: Promise<unknown> = Promise.resolve();
  return (call, next) => {
    const turn = busy.then(() => layer(call, next));
    busy = turn.catch(() => undefined);
    return turn;
  };
}

/** A layer for some operations; the others pass. */
export function onOperation(operations: string | readonly string[], layer: Layer): Layer {
  return async (call, next) =>
    call.operation !== undefined && [operations].flat().includes(call.operation) ? layer(call, next) : next(call);
}

/** How a widget is shown instead; undefined where it is not shown at all. */
export type Rewrite = (widget: Widget, call: Call) => Widget | undefined;

/** Shows widgets otherwise, alone and in lists alike. */
export function rewriteWidget(change: Rewrite): Layer {
  return async (call, next) => rewritten(await next(call), call, change);
}

/** An answer whose widgets are shown otherwise. */
export function rewritten(reply: Reply, call: Call, change: Rewrite): Reply {
  if (call.operation === "listWidgets" && isJsonObject(reply.body)) {
    const data = entriesOf(reply).flatMap((entry) => change(entry, call) ?? []);
    return "data" in reply.body ? { ...reply, body: { ...reply.body, data } } : reply;
  }
  const widget = widgetIn(reply);
  if (!widget || !(showingOne as readonly string[]).includes(call.operation ?? "")) return reply;
  const changed = change(widget, call);
  return changed ? { ...reply, body: changed } : refusal(404, "not_found");
}

/** Shows one member otherwise, wherever a widget is shown. */
export function show(member: string, change: (value: Json, widget: Widget, call: Call) => Json): Layer {
  return rewriteWidget((widget, call) => {
    const value = widget[member];
    return value === undefined ? widget : { ...widget, [member]: change(value, widget, call) };
  });
}

/** Takes one member otherwise than it was sent, on create and on update. */
export function take(member: string, change: (value: Json) => Json | undefined): Layer {
  return takeBody(["createWidget", "updateWidget"], (body) => {
    const { [member]: value, ...others } = body;
    const changed = value === undefined ? undefined : change(value);
    return changed === undefined ? others : { ...others, [member]: changed };
  });
}

/** Takes a body otherwise than it was sent. */
export function takeBody(
  operations: string | readonly string[],
  change: (body: JsonObject, call: Call) => JsonObject,
): Layer {
  return onOperation(operations, (call, next) => next(withBody(call, change(bodyOf(call), call))));
}

/** A change of texts that leaves everything else. */
export function text(change: (text: string) => string): (value: Json) => Json {
  return (value) => (typeof value === "string" ? change(value) : value);
}

/** A refusal, as the mock's own. */
export function refusal(status: number, code = "validation_error"): Reply {
  const title = code.replaceAll("_", " ");
  const body = { type: "about:blank", title, status, detail: `Refused: ${title}.`, code, request_id: "req_0_0" };
  return { status, headers: { "content-type": "application/problem+json" }, body };
}

/** Refuses some calls of an operation. */
export function refuse(
  operations: string | readonly string[],
  when: (call: Call) => boolean,
  reply: Reply = refusal(400),
): Layer {
  return onOperation(operations, async (call, next) => (when(call) ? reply : next(call)));
}

/** Does something more when an operation has succeeded; may answer otherwise. */
export function afterwards(
  operations: string | readonly string[],
  effect: (call: Call, reply: Reply, next: Next) => Promise<Reply | undefined>,
): Layer {
  return onOperation(operations, async (call, next) => {
    const reply = await next(call);
    return isDone(reply) ? ((await effect(call, reply, next)) ?? reply) : reply;
  });
}

/** Shows a widget otherwise once an operation has succeeded on it so many times. */
export function onceDone(operation: string, change: Rewrite, times = 1): Layer {
  const done = new Map<Json | undefined, number>();
  return async (call, next) => {
    const reply = await next(call);
    if (call.operation === operation && isDone(reply)) done.set(call.id, (done.get(call.id) ?? 0) + 1);
    return rewritten(reply, call, (widget) => ((done.get(widget["id"]) ?? 0) >= times ? change(widget, call) : widget));
  };
}

/** Passes calls on to another path than the one they came to, and shows widgets otherwise to match. */
export function atOtherPath(path: (path: string) => string, change: Rewrite): Layer {
  return async (call, next) => rewritten(await next(at(path(call.path), call)), call, change);
}

/** Spells ids otherwise, wherever they stand in calls and answers. */
export function spellIds(there: (word: string) => string, back: (word: string) => string): Layer {
  return async (call, next) => {
    const text = call.text === undefined ? undefined : back(call.text);
    const { headers, body, ...reply } = await next(at(back(call.path), { ...call, text }));
    const spelled = <T>(value: T): T => JSON.parse(there(JSON.stringify(value)));
    return { ...reply, headers: spelled(headers), body: body === undefined ? undefined : spelled(body) };
  };
}

/** A layer for lists. */
export function listing(layer: Layer): Layer {
  return onOperation("listWidgets", layer);
}

/** Shows entries of lists otherwise, and nothing else. */
export function entries(change: Rewrite): Layer {
  return listing(rewriteWidget(change));
}

/** Shows the widget in the reply to a create otherwise, and nowhere else. */
export function created(change: Rewrite): Layer {
  return onOperation("createWidget", rewriteWidget(change));
}
