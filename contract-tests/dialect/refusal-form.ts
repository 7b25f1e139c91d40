import { resolveDialect } from "../../spec/dialect.ts";
import { type MediaType, resolve, type Schema, type WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { offersOf } from "./offers.ts";
import { listed, type Sight } from "./sight.ts";

/** How refusals look, held against the document as each choice of A-ERR-1 has it. */
export function refusalSights(document: WidgetsDocument, { exchanges }: History): Sight[] {
  const offer = offersOf(document).find(({ rule }) => rule === "A-ERR-1");
  if (!offer) return [];
  const forms = offer.choices.flatMap(({ choice }) => {
    const changed = resolveDialect(document, { "A-ERR-1": choice }).document;
    const content = changed.components.responses["NotFound"]?.content ?? {};
    return Object.entries(content).map(([type, media]) => ({ choice, type, schema: schemaOf(changed, media) }));
  });
  const refused = exchanges.filter((exchange) => exchange.caller !== "anonymous" && outcomeOf(exchange) === "refused");
  return refused
    .filter(({ response }) => response?.status !== 429)
    .map((exchange) => ({ rule: "A-ERR-1", calls: [exchange.n], ...formOf(exchange, forms) }));
}

interface Form {
  readonly choice: string;
  readonly type: string;
  readonly schema: Schema;
}

function formOf({ response }: Exchange, forms: readonly Form[]): Pick<Sight, "choice" | "otherwise"> {
  const type = (response?.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const body = response?.body;
  const alike = forms
    .filter((form) => form.type === type)
    .map((form) => ({ ...form, lacks: missing(form.schema, body) }));
  const whole = alike.find(({ lacks }) => lacks.length === 0);
  if (whole) return { choice: whole.choice };
  const [own] = alike;
  // A media type that stands for one form alone says which one is meant.
  if (own && own.type !== "application/json") {
    return { choice: own.choice, otherwise: `refusals have no ${own.lacks.join(", ")}` };
  }
  return { otherwise: `refusals are ${type === "" ? "without a type" : type}${bodyWords(body)}` };
}

function bodyWords(body: Json | undefined): string {
  if (body === undefined) return " and no JSON";
  return isJsonObject(body) ? ` with ${listed(Object.keys(body).sort())}` : "";
}

function schemaOf(document: WidgetsDocument, { schema }: MediaType): Schema {
  const { $ref } = schema;
  return $ref === undefined ? schema : resolve<Schema>(document, { $ref });
}

/** The required members that a body lacks, those of its objects with dots. */
function missing({ required = [], properties = {} }: Schema, body: Json | undefined): string[] {
  if (!isJsonObject(body)) return [...required];
  return required.flatMap((name) => {
    const value = body[name];
    if (value === undefined) return [name];
    const inner = properties[name];
    return inner?.required ? missing(inner, value).map((part) => `${name}.${part}`) : [];
  });
}
