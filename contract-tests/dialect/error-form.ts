import { type MediaType, resolve, type Schema, type WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import { choiceDocuments } from "./choice-rules.ts";
import { type DialectContext, type DialectObservation, nameList, type Shown } from "./observation.ts";

/** Observes the form of errors (A-ERR-1), compared with the document as each choice has it. */
export function observeErrorForm({ published, history }: DialectContext): DialectObservation[] {
  const forms = choiceDocuments(published, "A-ERR-1").flatMap(({ choice, document }) => {
    const content = document.components.responses["NotFound"]?.content ?? {};
    return Object.entries(content).map(([type, media]) => ({ choice, type, schema: schemaOf(document, media) }));
  });
  if (forms.length === 0) return [];
  return history.exchanges
    .filter(
      (exchange) => (exchange.caller === "own" || exchange.caller === "other") && outcomeOf(exchange) === "refused",
    )
    .map((exchange) => ({ rule: "A-ERR-1", calls: [exchange], ...shownForm(exchange, forms) }));
}

interface ErrorForm {
  readonly choice: string;
  readonly type: string;
  readonly schema: Schema;
}

function shownForm({ response }: Exchange, forms: readonly ErrorForm[]): Shown {
  const type = (response?.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const body = response?.body;
  const ofType = forms
    .filter((form) => form.type === type)
    .map((form) => ({ ...form, missing: missingMembers(form.schema, body) }));
  const complete = ofType.find(({ missing }) => missing.length === 0);
  if (complete) return { choice: complete.choice };
  const [first] = ofType;
  // A media type of its own tells which form is meant.
  if (first && type !== "application/json") {
    return { choice: first.choice, deviation: `errors have no ${first.missing.join(", ")}` };
  }
  const members = isJsonObject(body) ? ` with ${nameList(Object.keys(body).sort())}` : "";
  return { deviation: `errors are ${type || "without a type"}${body === undefined ? " without JSON" : members}` };
}

function schemaOf(document: WidgetsDocument, { schema }: MediaType): Schema {
  const { $ref } = schema;
  return $ref === undefined ? schema : resolve<Schema>(document, { $ref });
}

/** The required members that a body lacks, those of inner objects with dots. */
function missingMembers({ required = [], properties = {} }: Schema, body: Json | undefined): string[] {
  if (!isJsonObject(body)) return [...required];
  return required.flatMap((name) => {
    const value = body[name];
    if (value === undefined) return [name];
    const inner = properties[name];
    return inner?.required ? missingMembers(inner, value).map((member) => `${name}.${member}`) : [];
  });
}
