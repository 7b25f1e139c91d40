import type { Cell } from "../../spec/document.ts";
import type { operations } from "../../spec/generated/types.ts";
import type { Answer } from "../http/answer.ts";
import { Refusal } from "../refusal.ts";
import type { StoredWidget } from "../world/widget.ts";
import { getConversation, sendMessage } from "./conversations.ts";
import { createWidget } from "./create-widget.ts";
import { listWidgets } from "./list-widgets.ts";
import type { OperationCall, WidgetEffect } from "./operation-call.ts";
import { getVisitorConfig, startConversation } from "./visitor.ts";

/** The operations of the document, without those of webhooks, which the receiver implements. */
type ApiOperation = Exclude<keyof operations, `on${string}`>;
/** Operations that are not in the table of states. */
type OtherOperation = "listWidgets" | "createWidget" | "getConversation" | "sendMessage";
type WidgetOperation = Exclude<ApiOperation, OtherOperation>;

const changeStateAndWrite: WidgetEffect = ({ engine, world, requestId }, widget, { to }) => {
  world.life.changeState(widget, to, requestId);
  return engine.widgetJson.textOf(widget);
};

/** The operations on one widget. Leaving one out does not compile. */
const effects: { readonly [operation in WidgetOperation]: WidgetEffect } = {
  getWidget({ engine, world }, widget) {
    const text = engine.widgetJson.textOf(widget);
    world.crawler.countRead(widget);
    return text;
  },
  updateWidget(call, widget, cell) {
    const { engine, world, body, noteAssumption } = call;
    const patch = engine.configuration.writable(body);
    const values = Object.values(patch);
    if (Object.keys(body).length === 0) noteAssumption("A-PATCH-3");
    for (const rule of engine.configuration.rulesForIgnored(body)) noteAssumption(rule);
    if (values.includes(null)) noteAssumption("A-PATCH-2");
    noteAssumption("A-PATCH-1");
    world.life.update(widget, patch);
    return changeStateAndWrite(call, widget, cell);
  },
  pauseWidget: changeStateAndWrite,
  resumeWidget: changeStateAndWrite,
  recrawlWidget: changeStateAndWrite,
  deleteWidget({ world, operation, requestId }, widget, { to }) {
    world.life.changeState(widget, to, requestId);
    const hasBody = operation.responses.get(operation.success)?.content !== undefined;
    return hasBody ? JSON.stringify({ id: widget.id, deleted: true }) : null;
  },
  getVisitorConfig,
  startConversation,
};

/** The handlers of all operations, by operation id. */
export const operationHandlers: { readonly [operationId: string]: (call: OperationCall) => Answer } = {
  listWidgets,
  createWidget,
  getConversation,
  sendMessage,
  ...Object.fromEntries(Object.entries(effects).map(([id, effect]) => [id, withWidget(effect)])),
} satisfies Record<OtherOperation, unknown>;

/** Finds the widget, then performs the operation or rejects it, as the cell of its state says. */
function withWidget(effect: WidgetEffect): (call: OperationCall) => Answer {
  return (call) => {
    const { engine, world, operation, id, noteAssumption } = call;
    const { widget, state } = world.life.find(id);
    const cell = engine.dialect.document["x-lifecycle"].operations[operation.id]?.[state];
    if (!cell) throw new Error(`x-lifecycle has no cell for ${operation.id} in the state ${state}`);
    engine.worlds.coverage.countState(world, state);
    if (cell.code !== undefined) throw stateRefusal(call, widget, { ...cell, code: cell.code });
    noteAssumption(cell.rule);
    const body = widget ? effect(call, widget, cell) : null;
    // The answer shows the state that it leads to, unless there is nothing left to show.
    if (widget && widget.state !== state && world.widgets.has(id))
      engine.worlds.coverage.countState(world, widget.state);
    return { status: cell.status ?? operation.success, body };
  };
}

/** A cell of `x-lifecycle` that rejects its operation. */
type RejectingCell = Cell & { readonly code: string };

function stateRefusal(call: OperationCall, widget: StoredWidget | undefined, { code, rule }: RejectingCell): Refusal {
  const { engine, world, operation, id } = call;
  const endsInMs = widget && world.life.isCrawling(widget) ? world.crawler.endsInMs(widget) : undefined;
  const status = widget && engine.dialect.document["x-lifecycle"].states[widget.state]?.shows;
  return new Refusal(code, {
    values: { id, status: status ?? "gone", operation: operation.id.replace(/Widget$/, "") },
    ...(rule === undefined ? {} : { rule }),
    ...(code === "crawl_in_progress" && endsInMs !== undefined
      ? { headers: { "Retry-After": String(Math.max(1, Math.ceil(endsInMs / 1000))) } }
      : {}),
  });
}
