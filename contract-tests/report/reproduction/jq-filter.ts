import type { MemberPath } from "../../history/views.ts";
import { escaped } from "../printable-text.ts";

/** A place of an answer as a filter of jq, whatever its members are called. */
export function jqOf(place: MemberPath): string {
  const steps = place.map((name) => (/^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${jqText(name)}]`));
  return steps[0]?.startsWith(".") ? steps.join("") : `.${steps.join("")}`;
}

function jqText(name: string): string {
  return JSON.stringify(name).replaceAll(/[^ -~]/g, escaped);
}
