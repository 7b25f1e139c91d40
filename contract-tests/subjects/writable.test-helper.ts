import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import type { Widget } from "./call.test-helper.ts";

/** The members that a client may write. */
export const writable = [
  ...["name", "display_mode", "position", "voice", "persona", "theme", "intro_title", "intro_subtitle"],
  ...["suggested_prompts", "button_label", "show_label", "domains"],
];

/** The configuration of a widget, as an update can send it. */
export function configurationOf(widget: Widget): JsonObject {
  return Object.fromEntries(writable.flatMap((member) => (member in widget ? [[member, widget[member] as Json]] : [])));
}

/** An update that puts members back to their defaults. */
export function resetting(members: readonly string[]): JsonObject {
  return Object.fromEntries(members.map((member) => [member, null]));
}
