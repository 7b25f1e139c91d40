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

/** The methods an operation can have, as OpenAPI spells them. */
export const methods = ["get", "post", "put", "patch", "delete"] as const;

/** An operation of a document, with what stands around it drawn in. */
export interface DescribedOperation {
  readonly id: string;
  /** A line for people. */
  readonly summary: string;
  /** In capitals, as in a request. */
  readonly method: string;
  /** With OpenAPI's braces: `/api/v1/widgets/{id}`. */
  readonly path: string;
  /** The security scheme it wants, or none. */
  readonly security: string | undefined;
  readonly parameters: readonly Parameter[];
  /** The media types that its body may come as, and what it holds; none where it takes no body. */
  readonly mediaTypes: readonly string[];
  readonly body: Schema | undefined;
  /** What a body may look like. */
  readonly example: Json | undefined;
  readonly responses: ReadonlyMap<number, ResponseObject>;
  /** The status of an answer that refuses nothing: its lowest 2xx. */
  readonly success: number;
  /** What the operation as such is assumed by, its way to authenticate included. */
  readonly assumed: readonly RuleId[];
}

/** Every operation that the document's paths have, in its order. */
export function operationsOf(document: ApiDocument): DescribedOperation[] {
  const security = Object.keys(document.security?.[0] ?? {})[0];
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      return [describe(document, method, path, operation, parameters, security)];
    }),
  );
}

function describe(
  document: ApiDocument,
  method: string,
  path: string,
  operation: Operation,
  parameters: NonNullable<Operation["parameters"]>,
  defaultSecurity: string | undefined,
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
  return {
    id: operation.operationId,
    summary: operation.summary,
    method: method.toUpperCase(),
    path,
    security,
    parameters: parameters.map((parameter) => resolve<Parameter>(document, parameter)),
    mediaTypes: Object.keys(operation.requestBody?.content ?? {}),
    body: content?.schema,
    example: example && resolve<Example>(document, example).value,
    responses,
    success: Math.min(...[...responses.keys()].filter((status) => status >= 200 && status < 300)),
    assumed: [...(scheme ? assumedBy(scheme) : []), ...assumedBy(operation)],
  };
}
