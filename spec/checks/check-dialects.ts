import { DialectError, resolveDialect } from "../dialect.ts";
import type { WidgetsDocument } from "../document.ts";

/** Checks the document in every named dialect, and with every single choice. */
export function checkDialects(document: WidgetsDocument, check: (document: WidgetsDocument) => string[]): string[] {
  const named = Object.keys(document["x-dialects"]).map((name) => ({ place: `#/x-dialects/${name}`, dialect: name }));
  const single = Object.entries(document["x-rules"]).flatMap(([rule, { choices = [] }]) =>
    choices.map(({ choice, values = {} }) => ({
      place: `#/x-rules/${rule}/choices/${choice}`,
      dialect: { [rule]: { choice, ...Object.fromEntries(Object.keys(values).map((value) => [value, "other"])) } },
    })),
  );
  return [...named, ...single].flatMap(({ place, dialect }) => {
    try {
      const { document: patched, ignoredRules } = resolveDialect(document, dialect);
      const ignored = ignoredRules.map((rule) => `${rule} is documented now, remove it`);
      return [...ignored, ...check(patched)].map((issue) => `${place}: ${issue}`);
    } catch (error) {
      if (error instanceof DialectError) return [`${place}: ${error.message}`];
      throw error;
    }
  });
}
