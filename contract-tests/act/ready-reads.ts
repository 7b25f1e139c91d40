import type { ScriptRunnerParts } from "./script-runner.ts";

/** An event may come a moment before reads show what it tells (A-EVENT-4). */
const momentMs = 1000;
/** How many widgets are read just because of an event. */
const most = 6;

/** Reads widgets just after their `widget.ready` has come, when a read must show it; the first few of a run. */
export class ReadyReads {
  readonly #means: ScriptRunnerParts;
  #count = 0;
  #isOver = false;

  constructor(means: ScriptRunnerParts) {
    this.#means = means;
  }

  /** Reads a widget, by its id, that an event has told of. */
  async read(id: string): Promise<void> {
    const { wire, scheduler, settings, names } = this.#means;
    if (++this.#count > most) return;
    await scheduler.sleep(Math.max(settings.readLagMs, momentMs));
    if (this.#isOver) return;
    await wire.send({ operation: "getWidget", params: { id }, widget: names.get(id) ?? id });
  }

  /** Nothing is read any more: what comes now is about widgets of which no judge knows what became. */
  end(): void {
    this.#isOver = true;
  }
}
