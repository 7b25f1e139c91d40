import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import type { Adapter } from "../adapter.ts";
import type { Observation, ObservedWhen } from "../history/observation.ts";
import type { ScriptStep } from "../plan/script.ts";
import { documentedPersona } from "../plan/values.ts";
import type { Scheduler } from "./scheduler.ts";
import type { CreatedWidget, ScriptRunner } from "./script-runner.ts";

/** Looks at widgets as a visitor does, and behind them, while the API changes them. */
export class VisitorLane {
  readonly observations: Observation[] = [];
  readonly #adapter: Adapter;
  readonly #runner: ScriptRunner;
  readonly #scheduler: Scheduler;

  constructor(adapter: Adapter, runner: ScriptRunner, scheduler: Scheduler) {
    this.#adapter = adapter;
    this.#runner = runner;
    this.#scheduler = scheduler;
  }

  /** Looks behind a widget that has just been seen active; where nothing is there yet, once more when its crawl must have ended. */
  async arrive(made: CreatedWidget): Promise<void> {
    const remains = async () => this.#adapter.remains?.(made.id);
    const told = await this.#look(made, "remains", "arrived", () => this.#adapter.remains && remains());
    if (!isJsonObject(told) || told["pages"] !== 0) return;
    await this.#runner.window(made);
    await this.#look(made, "remains", "settled", remains);
  }

  /**
   * Does what is to be done with one of the lane's widgets, when it is active.
   * @param written is told when all has been written, and what comes of a recrawl is waited for
   */
  async live(made: CreatedWidget, written: () => void): Promise<void> {
    if (made.script.id === "visitor-pause") await this.#pause(made);
    if (made.script.id === "visitor-recrawl-twice") await this.#recrawl(made);
    if (made.script.id.startsWith("visitor-recrawl")) await this.#recrawl(made, written);
    if (made.script.id === "visitor-draft") await this.#recrawlPaused(made);
    if (made.script.id === "visitor-delete") await this.#delete(made);
  }

  async #pause(made: CreatedWidget): Promise<void> {
    await this.#visit(made, "active");
    await this.#stepTo(made, { operation: "pauseWidget" }, "paused");
    await this.#stepTo(made, { operation: "resumeWidget" }, "resumed");
    await this.#stepTo(made, { operation: "pauseWidget" }, "paused");
    await this.#stepTo(made, { operation: "resumeWidget" }, "resumed");
    await this.#stepTo(made, { operation: "updateWidget", body: documentedPersona }, "updated");
    await this.#runner.step(made, { operation: "recrawlWidget" });
    await this.#stepTo(made, { operation: "pauseWidget" }, "paused");
    await this.#stepTo(made, { operation: "updateWidget", body: documentedPersona }, "paused");
  }

  /** Looks once more at what visitors get of a widget that was recrawled, at the end of a run. */
  async again(made: CreatedWidget): Promise<void> {
    const wasRecrawled = this.observations.some((one) => one.widget === made.name && one.when === "recrawled");
    if (made.script.id !== "visitor-recrawl" || made.isDeleted || !wasRecrawled) return;
    await this.#look(made, "visibleIndex", "recrawled", async () => this.#adapter.visibleIndex?.(made.id));
  }

  /** Deletes what is still there, and looks at what is left of it: widgets that were paused or recrawled leave no more than others. */
  async remove(made: CreatedWidget): Promise<void> {
    const isLate = !made.isDeleted;
    const remains = () => this.#adapter.remains?.(made.id);
    if (isLate) await this.#look(made, "remains", "leaving", remains);
    await this.#runner.remove(made);
    if (isLate && made.isDeleted) await this.#look(made, "remains", "left", remains);
  }

  /** Looks whether a crawl that was running when its widget was deleted has left anything, when it must have ended. */
  async late(made: CreatedWidget): Promise<void> {
    if (made.isDeleted) await this.#look(made, "remains", "late", () => this.#adapter.remains?.(made.id));
  }

  /** Visits after a call, where that was accepted: what it has led to is to be seen. */
  async #stepTo(made: CreatedWidget, step: ScriptStep, when: ObservedWhen): Promise<void> {
    if (await this.#runner.step(made, step)) await this.#visit(made, when);
  }

  async #recrawl(made: CreatedWidget, written?: () => void): Promise<void> {
    const { adapter, id } = { adapter: this.#adapter, id: made.id };
    await this.#look(made, "startConversation", "active", () => adapter.startConversation?.(id));
    await this.#look(made, "visibleIndex", "active", () => adapter.visibleIndex?.(id));
    await this.#look(made, "changeSite", "active", () => adapter.changeSite?.(this.#runner.siteFor(made.script)));
    await this.#runner.step(made, { operation: "recrawlWidget" });
    await this.#look(made, "visibleIndex", "recrawling", () => adapter.visibleIndex?.(id));
    await this.#look(made, "startConversation", "recrawling", () => adapter.startConversation?.(id));
    written?.();
    await this.#runner.window(made, () =>
      this.#look(made, "visibleIndex", "meanwhile", () => adapter.visibleIndex?.(id)),
    );
    await this.#look(made, "visibleIndex", "recrawled", () => adapter.visibleIndex?.(id));
  }

  async #recrawlPaused(made: CreatedWidget): Promise<void> {
    await this.#visit(made, "active");
    await this.#stepTo(made, { operation: "pauseWidget" }, "paused");
    await this.#stepTo(made, { operation: "recrawlWidget" }, "paused");
  }

  async #delete(made: CreatedWidget): Promise<void> {
    const { adapter, id } = { adapter: this.#adapter, id: made.id };
    await this.#look(made, "startConversation", "active", () => adapter.startConversation?.(id));
    await this.#look(made, "remains", "active", () => adapter.remains?.(id));
    await this.#runner.step(made, { operation: "deleteWidget" });
    await this.#look(made, "remains", "deleted", () => adapter.remains?.(id));
    await this.#look(made, "startConversation", "deleted", () => adapter.startConversation?.(id));
  }

  async #visit(made: CreatedWidget, when: ObservedWhen): Promise<void> {
    const { adapter, id } = { adapter: this.#adapter, id: made.id };
    await this.#look(made, "loadWidget", when, () => adapter.loadWidget?.(id));
    await this.#look(made, "startConversation", when, () => adapter.startConversation?.(id));
  }

  async #look(
    made: CreatedWidget,
    member: string,
    when: ObservedWhen,
    ask: () => Promise<unknown> | undefined,
  ): Promise<Json | undefined> {
    const t0 = this.#scheduler.now();
    const told = async (): Promise<Pick<Observation, "result" | "error"> | undefined> => {
      try {
        const asked = ask();
        if (asked === undefined) return undefined;
        return { result: JSON.parse(JSON.stringify((await asked) ?? null)) as Json };
      } catch (error) {
        return { error: (error as Error).message };
      }
    };
    const answer = await told();
    const came = this.#runner.moment();
    if (answer)
      this.observations.push({ member, widget: made.name, when, came, t0, t1: this.#scheduler.now(), ...answer });
    return answer?.result;
  }
}
