import { nearestOf } from "../../spec/nearest.ts";
import { Refusal } from "../refusal.ts";

/** A rejection of one member of a control's input, whose detail is the reason. */
export function invalidInput(member: string, reason: string): Refusal {
  const issue = { pointer: `#/${member}`, code: "invalid", detail: reason };
  return new Refusal("invalid_input", { values: { reason }, issues: [issue] });
}

/** A rejection of a name that is not among the known ones. */
export function unknownInput(member: string, name: string, known: readonly string[]): Refusal {
  const nearest = nearestOf(name, known);
  const hint = nearest === undefined ? "" : `, did you mean "${nearest}"?`;
  return invalidInput(member, `unknown ${member} "${name}"${hint} (available: ${known.join(", ")})`);
}
