import { bodies } from "../../spec/generated/validators.js";
import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import type { Validators } from "../../spec/validate.ts";
import type { Engine } from "../engine.ts";

/**
 * Checks what was written of a widget by the schema of a create.
 * @returns its writable members, or undefined if it does not fit
 */
export type ConfigurationCheck = (given: unknown, siteUrl: string) => JsonObject | undefined;

/**
 * The check by the schemas of a mock's dialect, or by those of the published document, which scenarios fit.
 * @param validators those of the dialect; undefined if they are not compiled yet, and then what only they could accept passes
 */
export function configurationCheck(
  { dialect, configuration }: Engine,
  validators: Validators | undefined,
): ConfigurationCheck {
  const hasOwnSchemas = dialect.document.components.schemas !== publishedDocument.components.schemas;
  return (given, siteUrl) => {
    if (!isJsonObject(given)) return undefined;
    // A member of a complete configuration may have null as its default.
    const members = Object.entries(given).filter(([, value]) => value !== null);
    const body = { ...Object.fromEntries(members), site_url: siteUrl };
    const fits = validators?.bodies["createWidget"]?.(body) ?? hasOwnSchemas;
    return fits || bodies.createWidget(body) ? configuration.writable(given) : undefined;
  };
}
