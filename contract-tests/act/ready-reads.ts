import { mostReadyReads } from "../plan/polls.ts";
import type { ActSettings } from "./act-settings.ts";
import type { CreatedWidgets } from "./created-widgets.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Wire } from "./wire.ts";

/** An event may come a moment before reads show what it tells (A-EVENT-4). */
const momentMs = 1000;

/** What reads after events need. */
interface ReadyReadsParts {
  readonly wire: Wire;
  readonly scheduler: Scheduler;
  readonly settings: ActSettings;
  readonly widgets: CreatedWidgets;
}

/** Reads widgets just after their `widget.ready` has come, when a read must show it; the first few of a run. */
export class ReadyReads {
  readonly #parts: ReadyReadsParts;
  #count = 0;
  #isOver = false;

  constructor(parts: ReadyReadsParts) {
    this.#parts = parts;
  }

  /** Reads a widget, by its id, that an event has told of. */
  async read(id: string): Promise<void> {
    const { wire, scheduler, settings, widgets } = this.#parts;
    if (++this.#count > mostReadyReads) return;
    await scheduler.sleep(Math.max(settings.readLagMs, momentMs));
    if (this.#isOver) return;
    await wire.send({ operation: "getWidget", params: { id }, widget: widgets.names.get(id) ?? id });
  }

  /** Nothing is read any more: what comes now is about widgets of which no judge knows what became. */
  end(): void {
    this.#isOver = true;
  }
}
