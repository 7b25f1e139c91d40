import { widgetIn } from "../history/views.ts";
import type { Made } from "./script-runner.ts";
import type { Stage } from "./stage.ts";

/** What who has no credential, and another organization's, are shown. */
export async function askForeigners(
  { wire, scheduler, lister, hasSecond }: Stage,
  [one]: readonly Made[],
): Promise<void> {
  if (!one) return;
  const { id, name } = one;
  const shown = widgetIn(one.seen?.response?.body)?.["name"] ?? one.called;
  const askers = hasSecond ? (["nobody", "second"] as const) : (["nobody"] as const);
  await scheduler.all(
    askers.flatMap((who) => [
      () => wire.send({ call: "listWidgets", query: { limit: "100" }, who }),
      ...(lister.lastCursor === undefined
        ? []
        : [() => wire.send({ call: "listWidgets", query: { limit: "100", cursor: lister.lastCursor ?? "" }, who })]),
      () => wire.send({ call: "getWidget", params: { id }, widget: name, who }),
      // What it would write is there already.
      () => wire.send({ call: "updateWidget", params: { id }, body: { name: shown }, widget: name, who }),
    ]),
  );
}

/** Whether who has no credential, or another organization's, can pause a widget; the read that follows shows it. */
export async function pauseAsForeigners({ wire, hasSecond }: Stage, one: Made | undefined): Promise<void> {
  if (!one) return;
  for (const who of hasSecond ? (["nobody", "second"] as const) : (["nobody"] as const)) {
    await wire.send({ call: "pauseWidget", params: { id: one.id }, widget: one.name, script: one.script.id, who });
  }
}
