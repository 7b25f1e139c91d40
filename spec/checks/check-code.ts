import type { Rule, WidgetsDocument } from "../document.ts";
import { operationsOf } from "../operations.ts";

type Rules = { readonly [id: string]: Rule };

/**
 * Checks that a changed document has what code stands for, and nothing that code would have to be written for: the rules,
 * their choices, and the operations. In the project itself, types see to that.
 * @param published the document that the code was made for
 * @returns issues, each with its place
 */
export function checkCode(document: WidgetsDocument, published: WidgetsDocument): string[] {
  const rules: Rules = document["x-rules"];
  const known: Rules = published["x-rules"];
  const idsOf = (one: WidgetsDocument) => operationsOf(one).map(({ id }) => id);
  return [
    ...differences(Object.keys(rules), Object.keys(known), { place: "#/x-rules", kind: "rule" }),
    ...differences(idsOf(document), idsOf(published), { place: "#/paths", kind: "operation" }),
    ...Object.entries(known).flatMap(([id, rule]) => checkChoices(id, rules[id], rule)),
  ];
}

function differences(
  given: readonly string[],
  known: readonly string[],
  { place, kind }: { readonly place: string; readonly kind: string },
): string[] {
  return [
    ...given.filter((id, n) => given.indexOf(id) < n).map((id) => `${place}: more than one ${kind} ${id}`),
    ...given
      .filter((id) => !known.includes(id))
      .map((id) => `${place}: this version has no code for the ${kind} ${id}`),
    ...known.filter((id) => !given.includes(id)).map((id) => `${place}: missing ${kind} ${id}`),
  ];
}

/** A choice without a patch is made by code. */
function checkChoices(id: string, given: Rule | undefined, { choices: known = [] }: Rule): string[] {
  if (!given || known.length === 0) return [];
  const place = `#/x-rules/${id}/choices`;
  if (!given.choices) return [`${place}: required, because code depends on them`];
  const names = known.map(({ choice }) => choice);
  return given.choices
    .filter(({ choice, patch, append }) => !names.includes(choice) && !patch && !append)
    .map(({ choice }) => `${place}: this version has no code for the choice "${choice}", and it has no patch`);
}
