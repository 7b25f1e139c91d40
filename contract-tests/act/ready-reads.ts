import { mostReadyReads } from "../plan/polls.ts";
import type { Services } from "./services.ts";

/** An event may come a moment before reads show what it tells (A-EVENT-4). */
const momentMs = 1000;

/** Reads widgets just after their `widget.ready` has come, when a read must show it; the first few of a run. */
export class ReadyReads {
  readonly #services: Pick<Services, "wire" | "scheduler" | "settings" | "widgets">;
  #count = 0;
  #isOver = false;

  constructor(services: Pick<Services, "wire" | "scheduler" | "settings" | "widgets">) {
    this.#services = services;
  }

  /** Reads a widget, by its id, that an event has told of. */
  async read(id: string): Promise<void> {
    const { wire, scheduler, settings, widgets } = this.#services;
    if (++this.#count > mostReadyReads) return;
    await scheduler.sleep(Math.max(settings.readLagMs, momentMs));
    if (!this.#isOver) await wire.send({ operation: "getWidget", params: { id }, widget: widgets.names.get(id) ?? id });
  }

  /** Nothing is read any more: what comes now is about widgets of which no judge knows what became. */
  end(): void {
    this.#isOver = true;
  }
}
