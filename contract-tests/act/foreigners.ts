import { widgetIn } from "../history/views.ts";
import { scriptOrigin } from "../plan/script.ts";
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
  const askers = hasSecond ? (["anonymous", "other"] as const) : (["anonymous"] as const);
  await scheduler.all(
    askers.flatMap((caller) => [
      () => wire.send({ operation: "listWidgets", query: { limit: "100" }, caller }),
      ...(lister.lastCursor === undefined
        ? []
        : [
            () =>
              wire.send({ operation: "listWidgets", query: { limit: "100", cursor: lister.lastCursor ?? "" }, caller }),
          ]),
      () => wire.send({ operation: "getWidget", params: { id }, widget: name, caller }),
      // What it would write is there already.
      () => wire.send({ operation: "updateWidget", params: { id }, body: { name: shown }, widget: name, caller }),
    ]),
  );
}

/** What each of them would write: the read that follows shows whose it was. */
const foreignWords = {
  anonymous: { intro_title: "Written by nobody" },
  other: { intro_subtitle: "Written by others" },
};

/** Whether who has no credential, or another organization's, can update and pause a widget; the read that follows shows it. */
export async function writeAsForeigners({ wire, hasSecond }: Stage, one: CreatedWidget | undefined): Promise<void> {
  if (!one) return;
  const about = { params: { id: one.id }, widget: one.name, origin: scriptOrigin(one.script) };
  for (const caller of hasSecond ? (["anonymous", "other"] as const) : (["anonymous"] as const)) {
    await wire.send({ operation: "updateWidget", body: foreignWords[caller], ...about, caller });
    await wire.send({ operation: "pauseWidget", ...about, caller });
  }
}
