import {
  type ApiDocument,
  assumedBy,
  type Example,
  type Operation,
  type Parameter,
  type ResponseObject,
  resolve,
  type Schema,
} from "./document.ts";
import type { RuleId } from "./generated/rules.ts";
import type { Json } from "./merge-patch.ts";

/** The HTTP methods that an operation can have, as OpenAPI spells them. */
export const httpMethods = ["get", "post", "put", "patch", "delete"] as const;

/** An operation of a document, with its references resolved and its path's parameters included. */
export interface DescribedOperation {
  readonly id: string;
  readonly summary: string;
  /** Upper case, as in a request. */
  readonly method: string;
  /** With placeholders in braces: `/api/v1/widgets/{id}`. */
  readonly path: string;
  /** Name of the security scheme, if it has one. */
  readonly security: string | undefined;
  readonly parameters: readonly Parameter[];
  /** Name of the header that makes a retry safe (A-IDEM-1), if it takes one. */
  readonly idempotencyHeader: string | undefined;
  /** Media types of the request body; empty if it has none. */
  readonly mediaTypes: readonly string[];
  readonly body: Schema | undefined;
  /** The first example of a body. */
  readonly example: Json | undefined;
  readonly responses: ReadonlyMap<number, ResponseObject>;
  /** Status of a successful response: the lowest 2xx. */
  readonly success: number;
  /** The state that an operation of the control plane works on; undefined for the worlds that the caller may use. */
  readonly concern: Operation["x-concern"];
  /** Assumptions about the operation itself, its authentication included. */
  readonly assumed: readonly RuleId[];
}

/** The operations of a document, in its order. */
export function operationsOf(document: ApiDocument): DescribedOperation[] {
  const security = Object.keys(document.security?.[0] ?? {})[0];
  return Object.entries(document.paths).flatMap(([path, item]) =>
    httpMethods.flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      return [describeOperation(document, { method, path, operation, parameters, defaultSecurity: security })];
    }),
  );
}

/** What the paths of a document begin with, and base URLs do not end in: `/api/v1`. */
export function pathPrefixOf({ paths }: Pick<ApiDocument, "paths">): string {
  const parts = Object.keys(paths).map((path) => path.split("/").slice(0, -1));
  const [first = []] = parts;
  const common = first.findIndex((part, index) => parts.some((others) => others[index] !== part));
  return first.slice(0, common < 0 ? first.length : common).join("/");
}

/** An operation as it stands in a document. */
interface OperationEntry {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  readonly parameters: NonNullable<Operation["parameters"]>;
  readonly defaultSecurity: string | undefined;
}

function describeOperation(
  document: ApiDocument,
  { method, path, operation, parameters, defaultSecurity }: OperationEntry,
): DescribedOperation {
  const responses = new Map(
    Object.entries(operation.responses).map(([status, response]) => [
      Number(status),
      resolve<ResponseObject>(document, response),
    ]),
  );
  const content = Object.values(operation.requestBody?.content ?? {})[0];
  const example = Object.values(content?.examples ?? {})[0];
  const security = operation.security === undefined ? defaultSecurity : Object.keys(operation.security[0] ?? {})[0];
  const scheme = security === undefined ? undefined : document.components.securitySchemes?.[security];
  const resolved = parameters.map((parameter) => resolve<Parameter>(document, parameter));
  return {
    id: operation.operationId,
    summary: operation.summary,
    method: method.toUpperCase(),
    path,
    security,
    parameters: resolved,
    idempotencyHeader: resolved.find((parameter) => assumedBy(parameter).includes("A-IDEM-1"))?.name,
    mediaTypes: Object.keys(operation.requestBody?.content ?? {}),
    body: content?.schema,
    example: example && resolve<Example>(document, example).value,
    responses,
    success: Math.min(...[...responses.keys()].filter((status) => status >= 200 && status < 300)),
    concern: operation["x-concern"],
    assumed: [...(scheme ? assumedBy(scheme) : []), ...assumedBy(operation)],
  };
}
