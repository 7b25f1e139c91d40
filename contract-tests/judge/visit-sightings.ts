import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import type { History } from "../history/history.ts";
import type { Observation } from "../history/observation.ts";
import { widgetIn } from "../history/views.ts";
import { documentedPersona } from "../plan/values.ts";
import type { Sighting } from "./sighting.ts";

/** What a visitor has met on widgets that were paused, resumed and updated (PAUSE-3 to PAUSE-6, UPDATE-6). */
export function visitSightings(history: History): Sighting[] {
  return [...new Set(history.observations.map(({ widget }) => widget))].flatMap((widget) => {
    const own = history.observations.filter((one) => one.widget === widget);
    return own.flatMap((look) =>
      visitOf(look, own, history).map((one) => ({ ...one, calls: callsBefore(look, history) })),
    );
  });
}

/** What one look tells; nothing where its control is missing, or the API itself does not show what was written. */
function visitOf(look: Observation, own: readonly Observation[], history: History): Sighting[] {
  const control = resultOf(own.find(({ member, when }) => member === look.member && when === "active"));
  const [result, shown] = [resultOf(look), shownBefore(look, history)];
  if (!control || !result || !shown || look.when === "active") return [];
  const isPaused = look.when === "paused" && shown["status"] !== "active" && shown["status"] !== "draft";
  const isResumed = look.when === "resumed" && shown["status"] === "active";
  if (look.member === "loadWidget" && control["loads"] === true && isPaused) return loading(look, control, result);
  if (look.member !== "startConversation" || control["started"] !== true) return [];
  if (look.when === "updated") return updated(result, shown);
  const started = result["started"] === true;
  const refused = `A conversation started on the widget when it was ${look.when}.`;
  if (isPaused) return [{ rule: "PAUSE-4", says: started ? refused : undefined }];
  const none = `No conversation started when it was ${look.when}.`;
  return isResumed ? [{ rule: "PAUSE-6", says: started ? undefined : none }] : [];
}

/** PAUSE-3 and PAUSE-5. */
function loading({ when }: Observation, control: JsonObject, result: JsonObject): Sighting[] {
  const says = `It loaded before it was paused, and does not when it is ${when}.`;
  const loads = result["loads"] === true;
  const seen: Sighting[] = [{ rule: "PAUSE-3", says: loads ? undefined : says }];
  const [before, after] = [control["snippet"], result["snippet"]];
  if (!loads || typeof before !== "string" || typeof after !== "string") return seen;
  const changed = "The snippet changed when it was paused.";
  return [...seen, { rule: "PAUSE-5", says: before === after ? undefined : changed }];
}

/** UPDATE-6: by what the API itself shows; where that is not what was written another rule is broken. */
function updated(began: JsonObject, shown: JsonObject): Sighting[] {
  const sure = ["persona", "voice"].filter(
    (member) => typeof began[member] === "string" && shown[member] === documentedPersona[member],
  );
  if (began["started"] !== true || sure.length === 0) return [];
  const old = sure.filter((member) => began[member] !== documentedPersona[member]);
  const says = `A conversation that started after the update has another ${old.join(" and ")}.`;
  return [{ rule: "UPDATE-6", says: old.length > 0 ? says : undefined }];
}

function resultOf(look: Observation | undefined): JsonObject | undefined {
  return isJsonObject(look?.result) ? look.result : undefined;
}

/** The widget as the API showed it last before a look. */
export function shownBefore({ widget, came }: Observation, { exchanges }: History): JsonObject | undefined {
  const reads = exchanges.filter((one) => one.operation === "getWidget" && one.widget === widget && one.ended < came);
  return widgetIn(reads.at(-1)?.response?.body);
}

/** The last calls on the widget before a look. */
function callsBefore({ widget, came }: Observation, { exchanges }: History): number[] {
  const own = exchanges.filter((one) => one.widget === widget && one.request.method !== "GET" && one.ended < came);
  return [...new Set([...own.slice(0, 1), ...own.slice(-2)].map(({ n }) => n))];
}
