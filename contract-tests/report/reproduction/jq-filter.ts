import type { MemberPath } from "../../history/views.ts";
import { jsonEscape } from "../printable-text.ts";

/** Writes the path to a member as a jq filter, whatever its members are called. */
export function jqFilter(path: MemberPath): string {
  const steps = path.map((name) => (/^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${jqString(name)}]`));
  return steps[0]?.startsWith(".") ? steps.join("") : `.${steps.join("")}`;
}

function jqString(name: string): string {
  return JSON.stringify(name).replaceAll(/[^ -~]/g, jsonEscape);
}
