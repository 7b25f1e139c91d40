import { DialectError, resolveDialect } from "../../spec/dialect.ts";
import type { WidgetsDocument } from "../../spec/document.ts";

/** Checks the document as every named dialect has it, and as every single choice has it. */
export function checkDialects(document: WidgetsDocument, check: (document: WidgetsDocument) => string[]): string[] {
  const named = Object.keys(document["x-dialects"]).map((name) => ({ place: `#/x-dialects/${name}`, wanted: name }));
  const single = Object.entries(document["x-rules"]).flatMap(([rule, { choices = [] }]) =>
    choices.map(({ choice, values = {} }) => ({
      place: `#/x-rules/${rule}/choices/${choice}`,
      wanted: { [rule]: { choice, ...Object.fromEntries(Object.keys(values).map((value) => [value, "other"])) } },
    })),
  );
  return [...named, ...single].flatMap(({ place, wanted }) => {
    try {
      const { document: patched, readPast } = resolveDialect(document, wanted);
      const said = readPast.map((rule) => `${rule} is assumed no more; take it out.`);
      return [...said, ...check(patched)].map((fault) => `${place}: ${fault}`);
    } catch (error) {
      if (error instanceof DialectError) return [`${place}: ${error.message}`];
      throw error;
    }
  });
}
