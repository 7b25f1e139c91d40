import { assumedBy, type Schema, type WidgetsDocument } from "../spec/document.ts";
import type { RuleId } from "../spec/generated/rules.ts";
import { isJsonObject, type Json } from "../spec/merge-patch.ts";
import type { DescribedOperation } from "../spec/operations.ts";
import { issuesOf } from "../spec/request-issues.ts";
import { membersOf, withReference } from "../spec/schema.ts";
import type { Validators } from "../spec/validate.ts";
import { queryOfPath } from "./caller-identity.ts";
import { type HeaderLine, valuesOf } from "./headers.ts";
import type { Route } from "./routes.ts";

/** What the mock would have rejected a request for, in its default dialect. */
export interface RequestIssue {
  /** The problem of the document, such as `validation_error`. */
  readonly problem: string;
  /** JSON Pointer of the body, or the name of a parameter or header. */
  readonly place: string;
  readonly detail: string;
  /** The assumed rules that make it one; none where the documentation does. */
  readonly assumed: readonly RuleId[];
}

/** A request, held against the document. */
export interface CheckedRequest {
  readonly issues: readonly RequestIssue[];
  /** The assumed rules that the request rests on: were they otherwise, it might be rejected or mean something else. */
  readonly assumed: readonly RuleId[];
}

/** A request as it is checked. */
export interface RequestToCheck {
  readonly method: string;
  readonly path: string;
  readonly lines: readonly HeaderLine[];
  readonly route: Route;
  /** Whether it has a credential, or may have one. */
  readonly isAuthenticated: boolean;
  /** The body's text; undefined where it could not be kept. */
  readonly text: string | undefined;
}

/** Holds requests against a document: its schemas, its routes, and what of both is assumed. */
export class RequestChecker {
  readonly #document: WidgetsDocument;
  readonly #validators: Validators;

  constructor(document: WidgetsDocument, validators: Validators) {
    this.#document = document;
    this.#validators = validators;
  }

  check(request: RequestToCheck): CheckedRequest {
    const { operation } = request.route;
    if (!operation) return { issues: this.#issuesOfRoute(request), assumed: [] };
    const issues = [
      ...this.#issuesOfCredential(request, operation),
      ...this.#issuesOfParameters(request, operation),
      ...this.#issuesOfBody(request, operation),
    ];
    const assumed = new Set([...operation.assumed, ...this.#assumedOf(request, operation)]);
    const rules = this.#document["x-rules"];
    return { issues, assumed: [...assumed].filter((rule) => rules[rule].basis === "assumed") };
  }

  #issuesOfRoute({ method, path, route }: RequestToCheck): RequestIssue[] {
    const place = `${method} ${path.split("?", 1)[0]}`;
    if (route.methods.length === 0) return [this.#issue("route_not_found", place, "the document has no such path")];
    return [this.#issue("method_not_allowed", place, `the path has ${route.methods.join(", ")} alone`)];
  }

  #issuesOfCredential({ isAuthenticated, lines }: RequestToCheck, { security }: DescribedOperation): RequestIssue[] {
    const [value = ""] = valuesOf(lines, "authorization");
    if (security === undefined) return [];
    if (!isAuthenticated) return [this.#issue("unauthorized", "Authorization", "there is no credential")];
    if (value !== "" && !/^bearer +\S/i.test(value))
      return [this.#issue("unauthorized", "Authorization", "must be Bearer and a key", ["A-AUTH-1"])];
    return /^bearer +sk_live_/i.test(value)
      ? [this.#issue("live_key_refused", "Authorization", "is a live key, which the mock never takes")]
      : [];
  }

  #issuesOfParameters({ path, lines }: RequestToCheck, operation: DescribedOperation): RequestIssue[] {
    const validate = this.#validators.parameters[operation.id];
    const query = queryOfPath(path);
    const sent = operation.parameters.map(({ name, in: place, schema }) => ({
      ...{ name, place, schema },
      values: place === "query" ? query.getAll(name) : place === "header" ? valuesOf(lines, name.toLowerCase()) : [],
    }));
    const repeated = sent
      .filter(({ values }) => values.length > 1)
      .map(({ name }) => this.#issue("validation_error", name, "must be given only once"));
    const read = (wanted: string) =>
      Object.fromEntries(
        sent.flatMap(({ name, place, schema, values: [value] }) =>
          place === wanted && value !== undefined ? [[name, parameterValue(value, schema)]] : [],
        ),
      );
    if (!validate || validate({ query: read("query"), header: read("header") })) return repeated;
    const result = { document: this.#document, schema: { properties: {} }, errors: validate.errors ?? [] };
    const invalid = issuesOf(result, (one) => one).issues.map(({ pointer = "", detail }) => {
      const name = pointer.split("/").at(-1) ?? "";
      const parameter = operation.parameters.find((one) => one.name === name);
      return this.#issue("validation_error", name, detail, parameter ? assumedBy(parameter) : []);
    });
    return [...repeated, ...invalid];
  }

  #issuesOfBody({ lines, text }: RequestToCheck, operation: DescribedOperation): RequestIssue[] {
    const validate = this.#validators.bodies[operation.id];
    if (!validate || text === undefined) return [];
    const [type = ""] = valuesOf(lines, "content-type");
    const media = type.split(";")[0]?.trim().toLowerCase() ?? "";
    if (text !== "" && !operation.mediaTypes.includes(media)) {
      const detail = `must be ${operation.mediaTypes.join(" or ")}, got ${media === "" ? "none" : media}`;
      return [this.#issue("unsupported_media_type", "Content-Type", detail)];
    }
    const body = jsonOf(text);
    if (body === undefined) return [this.#issue("invalid_json", "#", "the body is not JSON")];
    if (validate(body)) return [];
    const result = { document: this.#document, schema: operation.body, errors: validate.errors ?? [] };
    return issuesOf(result, (one) => one).issues.map(({ pointer = "", code, detail }) => {
      const one = (validate.errors ?? []).filter((error) => pointer.startsWith(error.instancePath));
      const { assumptions } = issuesOf({ ...result, errors: one }, (located) => located);
      const rules = code === "unknown_member" ? (["A-VAL-3"] as const) : assumptions.filter((id) => id !== "A-VAL-3");
      return this.#issue("validation_error", `#${pointer}`, detail, rules);
    });
  }

  /** The assumed rules of what a request sends: parameters, headers and members of the body. */
  #assumedOf({ path, lines, text }: RequestToCheck, operation: DescribedOperation): RuleId[] {
    const query = queryOfPath(path);
    const isSent = (name: string, place: string) =>
      place === "query" ? query.has(name) : valuesOf(lines, name.toLowerCase()).length > 0;
    const parameters = operation.parameters.filter((one) => isSent(one.name, one.in)).flatMap(assumedBy);
    const body = text === undefined ? undefined : jsonOf(text);
    const schema = operation.body && withReference(this.#document, operation.body);
    if (!schema || !isJsonObject(body)) return parameters;
    const members = membersOf(this.#document, schema);
    const required = schema.required ?? [];
    const others = Object.keys(body).filter((name) => members.has(name) && !required.includes(name));
    const isCreate = operation.id === "createWidget";
    const nulls = Object.values(body).includes(null);
    return [
      ...parameters,
      ...(isCreate && others.length > 0 ? (["A-CREATE-2"] as const) : []),
      ...(!isCreate && Object.keys(body).length === 0 ? (["A-PATCH-3"] as const) : []),
      ...(!isCreate && Object.values(body).some(isJsonObject) ? (["A-PATCH-1"] as const) : []),
      ...(nulls ? (["A-PATCH-2"] as const) : []),
      ...others.filter((name) => members.get(name)?.readOnly).map(() => "A-PATCH-4" as const),
      ...enumeratedMembers(this.#document, body, members),
    ];
  }

  #issue(problem: string, place: string, detail: string, assumed?: readonly RuleId[]): RequestIssue {
    const rules = this.#document["x-rules"];
    const own = this.#document["x-problems"][problem]?.rule;
    const all = [...(assumed ?? []), ...(assumed === undefined && own !== undefined ? [own] : [])];
    return { problem, place, detail, assumed: all.filter((rule) => rules[rule].basis === "assumed") };
  }
}

/** A parameter as it is validated: more than the maximum is the maximum (A-LIST-2). */
function parameterValue(text: string, { type, maximum }: Schema): string | number {
  if (type !== "integer" || !/^-?\d+$/.test(text)) return text;
  return maximum === undefined ? Number(text) : Math.min(Number(text), maximum);
}

/** The assumed rules of values that the documentation does not show. */
function enumeratedMembers(
  document: WidgetsDocument,
  body: { readonly [name: string]: Json },
  members: ReadonlyMap<string, Schema>,
): RuleId[] {
  return Object.entries(body).flatMap(([name, value]): RuleId[] => {
    const schema = members.get(name);
    const one = schema?.anyOf?.[0] ? withReference(document, schema.anyOf[0]) : schema;
    if (!one || typeof value !== "string" || !one.enum) return [];
    const rule = one["x-rule"];
    const documented = rule ? (document["x-rules"][rule].documentedValues?.[name] ?? []) : [];
    return documented.includes(value) ? [] : assumedBy(one).filter((id) => id.startsWith("A-ENUM"));
  });
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
