import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import type { Adapter } from "../adapter.ts";
import type { ObservedWhen } from "../history/observation.ts";
import type { Origin } from "../history/origin.ts";
import type { ObserveStep } from "../plan/step.ts";
import type { CreatedWidget } from "./created-widgets.ts";
import type { Services } from "./services.ts";

/** Looks at widgets through the adapter: as a visitor does, and at what the API does not show. */
export class AdapterObserver {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /**
   * Looks at a widget.
   * @returns whether it has no pages yet, as far as that was told
   */
  async observe(made: CreatedWidget, { members, when }: ObserveStep, origin: Origin): Promise<boolean> {
    let isEmpty = false;
    for (const member of members) {
      const result = await this.#ask({ member, made, when, origin }, (adapter) => adapter[member]?.(made.id));
      isEmpty ||= isJsonObject(result) && result["pages"] === 0;
    }
    return isEmpty;
  }

  /** Lets the content of a widget's site change. */
  async changeSite(made: CreatedWidget, origin: Origin): Promise<void> {
    const { site } = made;
    await this.#ask({ member: "changeSite", made, when: "active", origin }, (adapter) => adapter.changeSite?.(site));
  }

  async #ask(
    asked: {
      readonly member: string;
      readonly made: CreatedWidget;
      readonly when: ObservedWhen;
      readonly origin: Origin;
    },
    ask: (adapter: Adapter) => Promise<unknown> | undefined,
  ): Promise<Json | undefined> {
    const { scheduler, wire, observations, adapter } = this.#services;
    const t0 = scheduler.now();
    const answer = adapter && (await answerOf(() => ask(adapter)));
    if (!answer) return undefined;
    const { member, made, when, origin } = asked;
    const came = wire.moment();
    observations.push({ member, origin, widget: made.name, when, came, t0, t1: scheduler.now(), ...answer });
    return answer.result;
  }
}

/** What a member has told; undefined where there is no such member. */
async function answerOf(
  ask: () => Promise<unknown> | undefined,
): Promise<{ readonly result?: Json; readonly error?: string } | undefined> {
  try {
    const asked = ask();
    if (asked === undefined) return undefined;
    return { result: JSON.parse(JSON.stringify((await asked) ?? null)) as Json };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
