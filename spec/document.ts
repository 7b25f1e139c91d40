import type { RuleId } from "./generated/rules.ts";
import type { Json, JsonObject } from "./merge-patch.ts";

/**
 * The parts of the OpenAPI document that code reads. `spec/subset.schema.yaml` describes them in full and is checked
 * whenever code is generated, so that what is read here is there.
 */
export interface WidgetsDocument extends ApiDocument {
  readonly "x-rules": { readonly [id in RuleId]: Rule };
  readonly "x-lifecycle": Lifecycle;
  readonly "x-problems": { readonly [name: string]: Problem };
  readonly "x-dialects": { readonly [name: string]: DialectChoices };
  readonly "x-timing": { readonly [crawl: string]: Timing };
}

/** What the routes and the schemas of any of our documents need, the control plane's too. */
export interface ApiDocument {
  readonly info: { readonly version: string; readonly title: string };
  readonly servers: readonly { readonly url: string }[];
  readonly security?: readonly SecurityRequirement[];
  readonly paths: { readonly [path: string]: PathItem };
  readonly components: {
    readonly schemas: { readonly [name: string]: Schema };
    readonly responses: { readonly [name: string]: ResponseObject };
    readonly parameters: { readonly [name: string]: Parameter };
    readonly examples?: { readonly [name: string]: Example };
    readonly securitySchemes?: { readonly [name: string]: Assumable };
  };
}

export interface SecurityRequirement {
  readonly [scheme: string]: readonly string[];
}

export interface Reference {
  readonly $ref: string;
}

/** Whatever can carry the rules it is assumed by. A rule that the documentation has since said is assumed no more. */
export interface Assumable {
  readonly "x-assumed"?: RuleId | readonly RuleId[];
}

export interface PathItem {
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly get?: Operation;
  readonly post?: Operation;
  readonly put?: Operation;
  readonly patch?: Operation;
  readonly delete?: Operation;
}

export interface Operation extends Assumable {
  readonly operationId: string;
  readonly summary: string;
  readonly security?: readonly SecurityRequirement[];
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly content: { readonly [mediaType: string]: MediaType } };
  readonly responses: { readonly [status: string]: ResponseObject | Reference };
  readonly "x-cascade"?: Cascade;
}

export interface MediaType {
  readonly schema: Schema;
  readonly examples: { readonly [name: string]: Example | Reference };
}

export interface Example {
  readonly value: Json;
}

export interface Parameter extends Assumable {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly schema: Schema;
}

export interface ResponseObject extends Assumable {
  readonly headers?: { readonly [name: string]: Header | Reference };
  readonly content?: { readonly [mediaType: string]: MediaType };
}

export interface Header extends Assumable {
  readonly required?: boolean;
  readonly example?: Json;
}

/** A JSON Schema 2020-12, as far as code looks into it; the rest is the validators' business. */
export interface Schema extends Assumable {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: { readonly [member: string]: Schema };
  readonly required?: readonly string[];
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly default?: Json;
  readonly readOnly?: boolean;
  readonly items?: Schema;
  readonly examples?: readonly Json[];
  readonly enum?: readonly Json[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maximum?: number;
  /** A default with {name} and {site_host} to be put in. */
  readonly "x-default"?: string | readonly string[];
  /** The documented rule that a member follows. */
  readonly "x-rule"?: RuleId;
  /** The rule by which a crawl may make a member's value anew. */
  readonly "x-crawled"?: RuleId;
}

/** A rule of the API; `spec/rules.yaml` says what its members mean. */
export interface Rule {
  readonly says: string;
  readonly basis: "said" | "shown" | "implied" | "assumed";
  readonly level: "fail" | "warn" | "never" | "note";
  /** What a run must have to see it; none of an assumed rule, and none where nothing can show it. */
  readonly needs?: readonly Need[];
  /** Values that the documentation shows or names, by the place of their member: `theme.mode`. */
  readonly documentedValues?: { readonly [place: string]: readonly Json[] };
  /** The part of the rule that is only a warning where the rest fails. */
  readonly warnsOn?: string;
  /** How the contract tests observe it, and what they tolerate. */
  readonly observation?: string;
  /** What an implementation may do instead of an assumption. */
  readonly tolerated?: string;
  /** Rules that need no verdict of their own where this one is broken. */
  readonly implies?: readonly RuleId[];
  /** The default first. */
  readonly choices?: readonly Choice[];
}

/** What a run must have to see a rule. */
export type Need = "management" | "second-organization" | "webhook" | "visitor" | "inspection" | "site" | "time";

/** One way to act out an assumed rule. */
export interface Choice {
  readonly choice: string;
  /** A JSON Merge Patch on the document. */
  readonly patch?: JsonObject;
  /** What is added to lists of the document, by their JSON Pointers as URI fragments. */
  readonly append?: { readonly [pointer: string]: readonly Json[] };
  /** What a dialect gives with the choice, each by a regular expression. */
  readonly values?: { readonly [name: string]: string };
}

/** A map from assumed rules to choices, by name or with values. */
export interface DialectChoices {
  readonly [rule: string]: string | { readonly choice: string; readonly [value: string]: string };
}

/** The table of states; `spec/lifecycle.yaml` says what its members mean. */
export interface Lifecycle {
  readonly states: { readonly [state: string]: { readonly shows: string | null; readonly crawling: boolean } };
  readonly operations: { readonly [operationId: string]: { readonly [state: string]: Cell } };
  readonly crawl: { readonly [end in CrawlEnd]: { readonly [state: string]: CrawlCell } };
}

export type CrawlEnd = "succeeds" | "fails";

/** What an operation does in one state. */
export interface Cell {
  readonly to?: string;
  readonly code?: string;
  readonly status?: number;
  readonly rule: RuleId;
}

/** What the end of a crawl does in one state. */
export interface CrawlCell {
  readonly to: string;
  readonly event?: string;
  readonly rule: RuleId;
}

/** A refusal, before it is made concrete. */
export interface Problem {
  readonly code?: string;
  readonly status: number;
  readonly title: string;
  readonly rule: RuleId;
  readonly detail: string;
}

/** What goes with a deleted widget and what stays, each by its rule. */
export interface Cascade {
  readonly removes: { readonly [part: string]: RuleId };
  readonly keeps: { readonly [part: string]: RuleId };
}

/** How long something typically takes. */
export interface Timing {
  readonly seconds: { readonly min: number; readonly max: number };
  readonly rule: RuleId;
}

/** The rules that something carries as its assumptions, as a list. */
export function assumedBy(part: Assumable): readonly RuleId[] {
  const ids = part["x-assumed"];
  return ids === undefined ? [] : typeof ids === "string" ? [ids] : ids;
}

/**
 * What a `$ref` inside a document stands for; anything else is given back as it is.
 * @throws Error when nothing is there, which the check of the generated document makes impossible.
 */
export function resolve<T extends object>(root: ApiDocument, part: T | Reference): T {
  if (!("$ref" in part) || typeof part.$ref !== "string") return part as T;
  let found: unknown = root;
  for (const step of part.$ref.slice(2).split("/")) {
    const member = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    found = (found as Record<string, unknown> | undefined)?.[member];
  }
  if (typeof found !== "object" || found === null) throw new Error(`${part.$ref} leads nowhere.`);
  return found as T;
}
