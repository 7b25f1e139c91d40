import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import type { Adapter } from "../adapter.ts";
import { isDone, isWrite } from "../history/exchange.ts";
import type { Observation, ObservedWhen } from "../history/observation.ts";
import { widgetIn } from "../history/views.ts";
import { lastGetBefore } from "./calls.ts";
import type { RuleContext, ShownCase } from "./rule-entry.ts";

/** What an adapter showed of a widget at some time, beside what it showed before as a control. */
export interface Visit {
  /** What it showed when the widget was active and nothing had been done with it. */
  readonly control: JsonObject;
  readonly result: JsonObject;
  /** The widget as the API itself showed it last before. */
  readonly widget: JsonObject;
  /** What the last update before has sent; nothing where there was none. */
  readonly updated: JsonObject;
  /** The last calls on the widget before, by their numbers. */
  readonly calls: readonly number[];
}

/** What a member of an adapter showed at a time; nothing where its control is missing, or where the API shows no widget. */
export function visitsWhen(context: RuleContext, member: keyof Adapter, when: ObservedWhen): Visit[] {
  const all = context.history.observations.filter((one) => one.member === member);
  return [...new Set(all.map(({ widget }) => widget))].flatMap((name) => {
    const own = all.filter((one) => one.widget === name);
    const control = resultOf(own.find((one) => one.when === "active"));
    return own
      .filter((one) => one.when === when)
      .flatMap((one): Visit[] => {
        const [result, widget] = [resultOf(one), shownBefore(one, context)];
        if (!control || !result || !widget) return [];
        const updates = context.history.exchanges.filter(
          (call) => call.widget === name && isDone(call, "updateWidget") && call.ended < one.came,
        );
        const updated = updates.at(-1)?.request.body ?? {};
        return [{ control, result, widget, updated, calls: callsBefore(one, context) }];
      });
  });
}

/**
 * UPDATE-6: a conversation that starts after an update, or when its widget is resumed since, has what the API itself shows,
 * where that is what was written.
 */
export function conversationsAfterUpdate(context: RuleContext): ShownCase[] {
  return (["updated", "resumed"] as const)
    .flatMap((when) => visitsWhen(context, "startConversation", when))
    .filter(({ control, result }) => control["started"] === true && result["started"] === true)
    .flatMap(({ result, widget, updated: sent, calls }): ShownCase[] => {
      const sure = Object.keys(sent).filter((name) => typeof result[name] === "string" && widget[name] === sent[name]);
      const old = sure.filter((name) => result[name] !== sent[name]);
      const message = `A conversation that started after the update has another ${old.join(" and ")}.`;
      return sure.length === 0 ? [] : [{ message: old.length > 0 ? message : undefined, calls }];
    });
}

/** The widget as a get showed it last before an adapter was asked. */
export function shownBefore({ widget, came }: Observation, context: RuleContext): JsonObject | undefined {
  return widgetIn(lastGetBefore(context, widget, came)?.response?.body);
}

/** What an observation tells, where that is an object. */
function resultOf(observation: Observation | undefined): JsonObject | undefined {
  return isJsonObject(observation?.result) ? observation.result : undefined;
}

function callsBefore({ widget, came }: Observation, { history }: RuleContext): number[] {
  const own = history.exchanges.filter((one) => one.widget === widget && isWrite(one) && one.ended < came);
  return [...new Set([...own.slice(0, 1), ...own.slice(-2)].map(({ n }) => n))];
}
