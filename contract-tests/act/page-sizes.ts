import type { Origin } from "../history/origin.ts";
import { fullPageSize, isFit, mostSpared, singlePageSize } from "../plan/page-sizes.ts";
import type { Script } from "../plan/script.ts";
import type { WalkStep } from "../plan/step.ts";
import type { Services } from "./services.ts";
import type { WidgetCalls } from "./widget-calls.ts";

/** Finds page sizes that fit what is listed, and makes what is listed fit. */
export class PageSizes {
  readonly #services: Services;
  readonly #calls: WidgetCalls;
  #listed: number | undefined;

  constructor(services: Services, calls: WidgetCalls) {
    this.#services = services;
    this.#calls = calls;
  }

  /**
   * The size that a walk is to have; undefined where none fits. Where there are as many widgets that no sizes do, some of
   * those that nobody needs any more are deleted before the others.
   */
  async fitting(limit: Exclude<WalkStep["limit"], number>, origin: Origin): Promise<number | undefined> {
    this.#listed ??= await this.#makeFit(origin);
    return limit === "last-full" ? fullPageSize(this.#listed) : singlePageSize(this.#listed);
  }

  async #makeFit(origin: Origin): Promise<number> {
    const { lister, widgets } = this.#services;
    let { length } = await lister.walk(100, { origin });
    for (let gone = 0; !isFit(length) && gone < mostSpared; gone++) {
      const last = widgets.all.findLast(({ script, isDeleted }) => !isDeleted && isAtHand(script));
      if (!last) break;
      await this.#calls.remove(last, origin);
      length = (await lister.walk(100, { origin })).length;
    }
    return length;
  }
}

/** Whether nobody looks at a script's widget once more: visitors do at theirs, and probes come yet. */
function isAtHand({ lane }: Script): boolean {
  return lane !== "visitor" && lane !== "probe";
}
