import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import type { Adapter } from "../adapter.ts";
import type { Observation } from "../history/observation.ts";
import type { Origin } from "../history/origin.ts";
import type { ObserveStep } from "../plan/step.ts";
import type { CreatedWidget } from "./created-widgets.ts";
import type { Services } from "./services.ts";

/** The widget that an adapter is asked about, and the step that asks. */
interface Subject {
  readonly made: CreatedWidget;
  readonly origin: Origin;
}

/**
 * Looks at a widget through the adapter: as a visitor does, and at what the API does not show.
 * @returns whether it has no pages yet, as far as that was told
 */
export async function observeWidget(
  services: Services,
  { members, when }: Pick<ObserveStep, "members" | "when">,
  { made, origin }: Subject,
): Promise<boolean> {
  let isEmpty = false;
  for (const member of members) {
    const asked = { member, origin, widget: made.name, when };
    const conversation = conversationOf(services, made);
    const result = await ask(services, asked, (adapter) => {
      if (member !== "readConversation") return adapter[member]?.(made.id);
      return conversation === undefined ? undefined : adapter.readConversation?.(made.id, conversation);
    });
    isEmpty ||= isJsonObject(result) && result["pages"] === 0;
  }
  return isEmpty;
}

/** The last conversation that was started on a widget, where its id was told. */
function conversationOf({ observations }: Services, { name }: CreatedWidget): string | undefined {
  const started = observations.findLast(
    ({ member, widget, result }) =>
      member === "startConversation" && widget === name && isJsonObject(result) && result["started"] === true,
  );
  const id = isJsonObject(started?.result) ? started.result["conversationId"] : undefined;
  return typeof id === "string" ? id : undefined;
}

/** Lets the content of a widget's site change, through the adapter. */
export async function changeSite(services: Services, { made, origin }: Subject): Promise<void> {
  const asked = { member: "changeSite", origin, widget: made.name, when: "active" } as const;
  await ask(services, asked, (adapter) => adapter.changeSite?.(made.site));
}

async function ask(
  { scheduler, wire, observations, adapter }: Services,
  asked: Pick<Observation, "member" | "origin" | "widget" | "when">,
  question: (adapter: Adapter) => Promise<unknown> | undefined,
): Promise<Json | undefined> {
  const t0 = scheduler.now();
  const answer = adapter && (await answerOf(() => question(adapter)));
  if (!answer) return undefined;
  observations.push({ ...asked, came: wire.moment(), t0, t1: scheduler.now(), ...answer });
  return answer.result;
}

/** What a member has told; undefined where there is no such member. */
async function answerOf(
  question: () => Promise<unknown> | undefined,
): Promise<Pick<Observation, "result" | "error"> | undefined> {
  try {
    const asked = question();
    if (asked === undefined) return undefined;
    return { result: JSON.parse(JSON.stringify((await asked) ?? null)) as Json };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
