import type { operations } from "../../spec/generated/types.ts";
import { Refusal } from "../refusal.ts";
import type { StoredWidget } from "../world/widget.ts";
import { getConversation, sendMessage } from "./conversations.ts";
import { createWidget } from "./create-widget.ts";
import { listWidgets } from "./list-widgets.ts";
import type { OperationCall, OperationResult, WidgetEffect } from "./operation-call.ts";
import { getVisitorConfig, startConversation } from "./visitor.ts";

/** The operations of the document; the webhooks' are the receiver's to act out. */
type ApiOperation = Exclude<keyof operations, `on${string}`>;
/** Those that the table of states does not know. */
type OtherOperation = "listWidgets" | "createWidget" | "getConversation" | "sendMessage";
type WidgetOperation = Exclude<ApiOperation, OtherOperation>;

const moveAndShow: WidgetEffect = ({ engine, world, requestId }, widget, { to }) => {
  world.changeState(widget, to, requestId);
  return engine.write(widget);
};

/** What each operation does to a widget that its state allows; an operation that is left out does not compile. */
const effects: { readonly [operation in WidgetOperation]: WidgetEffect } = {
  getWidget({ engine, world }, widget) {
    const text = engine.write(widget);
    world.crawler.countRead(widget);
    return text;
  },
  updateWidget(call, widget, cell) {
    const { engine, world, body, noteAssumption } = call;
    const patch = engine.configuration.writable(body);
    const values = Object.values(patch);
    if (Object.keys(body).length === 0) noteAssumption("A-PATCH-3");
    for (const rule of engine.configuration.ignoring(body)) noteAssumption(rule);
    if (values.includes(null)) noteAssumption("A-PATCH-2");
    noteAssumption("A-PATCH-1");
    world.updateWidget(widget, patch);
    return moveAndShow(call, widget, cell);
  },
  pauseWidget: moveAndShow,
  resumeWidget: moveAndShow,
  recrawlWidget: moveAndShow,
  deleteWidget({ world, operation, requestId }, widget, { to }) {
    world.changeState(widget, to, requestId);
    const says = operation.responses.get(operation.success)?.content !== undefined;
    return says ? JSON.stringify({ id: widget.id, deleted: true }) : null;
  },
  getVisitorConfig,
  startConversation,
};

/** Every operation that the mock acts out, by its id. */
export const operationHandlers: { readonly [operationId: string]: (call: OperationCall) => OperationResult } = {
  listWidgets,
  createWidget,
  getConversation,
  sendMessage,
  ...Object.fromEntries(Object.entries(effects).map(([id, effect]) => [id, onWidget(effect)])),
} satisfies Record<OtherOperation, unknown>;

/** Finds the widget and does what its state says: the effect, or a refusal. */
function onWidget(effect: WidgetEffect): (call: OperationCall) => OperationResult {
  return (call) => {
    const { engine, world, operation, id, noteAssumption } = call;
    const { widget, state } = world.findWidget(id);
    const cell = engine.dialect.document["x-lifecycle"].operations[operation.id]?.[state];
    if (!cell) throw new Error(`x-lifecycle has no cell for ${operation.id} in ${state}.`);
    if (cell.code !== undefined) throw refusal(call, widget, cell.code, cell.rule);
    noteAssumption(cell.rule);
    return { status: cell.status, body: widget ? effect(call, widget, cell) : null };
  };
}

function refusal(
  call: OperationCall,
  widget: StoredWidget | undefined,
  code: string,
  rule: Refusal["details"]["rule"],
): Refusal {
  const { engine, world, operation, id } = call;
  const endsInMs = widget && world.isCrawling(widget) ? world.crawler.endsInMs(widget) : undefined;
  const shown = widget && engine.dialect.document["x-lifecycle"].states[widget.state]?.shows;
  return new Refusal(code, {
    values: { id, status: shown ?? "gone", operation: operation.id.replace(/Widget$/, "") },
    ...(rule === undefined ? {} : { rule }),
    ...(code === "crawl_in_progress" && endsInMs !== undefined
      ? { headers: { "Retry-After": String(Math.max(1, Math.ceil(endsInMs / 1000))) } }
      : {}),
  });
}
