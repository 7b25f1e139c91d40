import { widgetIn } from "../history/views.ts";
import type { CreatedWidget } from "./script-runner.ts";
import type { Stage } from "./stage.ts";

/** What who has no credential, and another organization's, are shown. */
export async function askForeigners(
  { wire, scheduler, lister, hasSecond }: Stage,
  [one]: readonly CreatedWidget[],
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

/** What each of them would write: the read that follows shows whose it was. */
const foreignWords = { nobody: { intro_title: "Written by nobody" }, second: { intro_subtitle: "Written by others" } };

/** Whether who has no credential, or another organization's, can update and pause a widget; the read that follows shows it. */
export async function writeAsForeigners({ wire, hasSecond }: Stage, one: CreatedWidget | undefined): Promise<void> {
  if (!one) return;
  const about = { params: { id: one.id }, widget: one.name, script: one.script.id };
  for (const who of hasSecond ? (["nobody", "second"] as const) : (["nobody"] as const)) {
    await wire.send({ call: "updateWidget", body: foreignWords[who], ...about, who });
    await wire.send({ call: "pauseWidget", ...about, who });
  }
}
