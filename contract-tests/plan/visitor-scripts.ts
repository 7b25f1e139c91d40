import type { ApiDocument } from "../../spec/document.ts";
import { bodyless, observe, type Script, until, type WidgetScriptParts, widgetScript, write } from "./script.ts";
import type { CallStep, ObserveStep, PlanStep } from "./step.ts";
import { conversationUpdates, documentedUpdate } from "./values.ts";

const { pause, resume, recrawl, remove } = bodyless;
const changeSite: PlanStep = { kind: "change-site" };
const window: PlanStep = { kind: "window" };

/** The widgets that an adapter looks at, each by what is done with it. */
export function visitorScripts(document: ApiDocument): Script[] {
  const [update, later] = conversationUpdates(document).map((body) => write("updateWidget", body)) as [
    CallStep,
    CallStep,
  ];
  // One that is active by its update must have been crawled by then.
  const draft = [write("updateWidget", documentedUpdate(document)), observe("updated", "remains")];
  const pausing = [
    visit("active"),
    ...[1, 2].flatMap(() => [pause, accepted("paused"), resume, accepted("resumed")]),
    ...[update, accepted("updated"), observe("active", "visibleIndex"), changeSite],
    // What a pause during a recrawl does to that shows when it is over, and the widget is active again.
    ...[recrawl, observe("recrawling", "visibleIndex"), pause, accepted("paused"), later, accepted("paused")],
    ...[window, resume, accepted("resumed"), observe("recrawled", "visibleIndex")],
  ];
  const again = [until("told"), observe("recrawled", "visibleIndex"), until("new-index")];
  return [
    visitorScript("visitor-pause", { live: pausing, last: again }),
    // What only the second recrawl does shows in the window that others wait for.
    visitorScript("visitor-recrawl", { arrived: talked, live: [...recrawling, ...recrawling], last: again }),
    { ...visitorScript("visitor-delete", { live: deleting, around: [[], []] }), namesake: "visitor" },
    // It shares its site with that one, and nothing is ever done to it: what belongs to it stays, and what visitors get.
    { ...visitorScript("visitor-beside", beside), namesake: "visitor" },
    visitorScript("visitor-draft", {
      draft,
      live: [visit("active"), pause, accepted("paused"), recrawl, accepted("paused")],
    }),
  ];
}

/** Widgets that were paused or recrawled leave no more than others when they are deleted. */
const aroundDelete: NonNullable<WidgetScriptParts["around"]> = [
  [{ ...observe("leaving", "remains"), ifDeleted: false }],
  [{ ...observe("left", "remains"), ifDeleted: true }],
];

function visitorScript(id: string, parts: WidgetScriptParts): Script {
  const arrived: PlanStep[] = [{ ...observe("arrived", "remains"), isPatient: true }];
  return widgetScript("visitor", id, { arrived, around: aroundDelete, isObserved: true, ...parts });
}

const recrawling: readonly PlanStep[] = [
  observe("active", "startConversation", "visibleIndex"),
  changeSite,
  recrawl,
  observe("recrawling", "visibleIndex", "startConversation"),
  { ...window, observe: "visibleIndex" },
  observe("recrawled", "visibleIndex"),
];

/** A conversation that is there before anything is done. */
const talked: readonly PlanStep[] = [
  { ...observe("arrived", "remains"), isPatient: true },
  observe("arrived", "startConversation", "remains"),
];

/** Asked twice, an index that changes by itself shows. */
const beside: WidgetScriptParts = {
  arrived: talked,
  live: [observe("active", "visibleIndex", "visibleIndex")],
  last: [until("told"), observe("meanwhile", "remains", "visibleIndex")],
};

const deleting: readonly PlanStep[] = [
  observe("active", "startConversation", "readConversation", "remains"),
  remove,
  observe("deleted", "remains", "readConversation", "startConversation"),
];

function visit(when: ObserveStep["when"]): ObserveStep {
  return observe(when, "loadWidget", "startConversation");
}

/** A visit after a call, where that was accepted: what it has led to is to be seen. */
function accepted(when: ObserveStep["when"]): ObserveStep {
  return { ...visit(when), ifAccepted: true };
}
