import type {
  ApiDocument,
  Assumed,
  DialectChoices,
  Embed,
  Lifecycle,
  ProblemType,
  Reference,
  Rule,
  Timing,
} from "./generated/document-types.ts";
import type { RuleId } from "./generated/rules.ts";

/** The types of everything in a document; `npm run generate` makes them from `spec/subset.schema.yaml`. */
export type * from "./generated/document-types.ts";

/** The document of the Widgets API: an OpenAPI document with every extension. */
export interface WidgetsDocument extends ApiDocument {
  readonly "x-rules": { readonly [id in RuleId]: Rule };
  readonly "x-lifecycle": Lifecycle;
  readonly "x-problems": { readonly [name: string]: ProblemType };
  readonly "x-dialects": { readonly [name: string]: DialectChoices };
  readonly "x-embed"?: Embed;
  readonly "x-timing": { readonly [crawl: string]: Timing };
}

/** The two ends of a crawl. */
export type CrawlEnd = keyof Lifecycle["crawl"];

/** The assumed rules that a part of a document depends on (`x-assumed`), as a list. */
export function assumedBy(part: { readonly "x-assumed"?: Assumed }): readonly RuleId[] {
  const ids = part["x-assumed"];
  return ids === undefined ? [] : typeof ids === "string" ? [ids] : ids;
}

/**
 * Follows the `$ref` of a part of a document; a part without one is returned as it is.
 * @throws Error for a reference to nothing, which `npm run generate` rules out
 */
export function resolve<T extends object>(root: ApiDocument, part: T | Reference): T {
  if (!("$ref" in part) || typeof part.$ref !== "string") return part as T;
  let found: unknown = root;
  for (const step of part.$ref.slice(2).split("/")) {
    const member = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    found = (found as Record<string, unknown> | undefined)?.[member];
  }
  if (typeof found !== "object" || found === null) throw new Error(`unresolved reference ${part.$ref}`);
  return found as T;
}
