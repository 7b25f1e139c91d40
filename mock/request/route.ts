import type { DescribedOperation } from "../../spec/operations.ts";
import { Refusal } from "../refusal.ts";

/** The operation that a request is for, with its path parameters. */
export interface Route {
  readonly operation: DescribedOperation;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds operations by method and path. */
export interface Router {
  /** @throws Refusal for an unknown path, or for a method that the path does not take */
  match(method: string, path: string): Route;
  /** The methods that a path takes; none for an unknown path. */
  methodsAt(path: string): readonly string[];
}

type OperationsByMethod = Map<string, DescribedOperation>;

/** A path with parameters, each of them a whole segment. */
interface PathTemplate {
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly operations: OperationsByMethod;
}

interface FoundPath {
  readonly operations: OperationsByMethod;
  readonly params: Readonly<Record<string, string>>;
}

const noParams: FoundPath["params"] = {};

/**
 * Creates a router. A path without parameters comes before one that has some, as OpenAPI has it. The templates are tried
 * one after the other: there are few, and a router's one large expression takes longer to compile and to match.
 */
export function createRouter(operations: readonly DescribedOperation[]): Router {
  const fixed = new Map<string, FoundPath>();
  const templates: PathTemplate[] = [];
  for (const [path, atPath] of groupByPath(operations)) {
    if (path.includes("{")) templates.push(templateOf(path, atPath));
    else fixed.set(path, { operations: atPath, params: noParams });
  }
  const find = (path: string) => fixed.get(path) ?? findTemplate(templates, path);
  return {
    match(method, path) {
      const found = find(path);
      if (!found) throw new Refusal("route_not_found", { values: { path } });
      // Whatever answers GET answers HEAD (RFC 9110, section 9.1).
      const operation = found.operations.get(method === "HEAD" ? "GET" : method);
      if (operation) return { operation, params: found.params };
      const allow = methodsIn(found.operations).join(", ");
      throw new Refusal("method_not_allowed", { values: { path, method, allow }, headers: { Allow: allow } });
    },
    methodsAt: (path) => methodsIn(find(path)?.operations ?? new Map()),
  };
}

function templateOf(path: string, operations: OperationsByMethod): PathTemplate {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const literal = path.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&");
  return { names, operations, pattern: new RegExp(`^${literal.replaceAll(/\{\w+\}/g, "([^/]+)")}$`) };
}

function findTemplate(templates: readonly PathTemplate[], path: string): FoundPath | undefined {
  for (const { pattern, names, operations } of templates) {
    const found = pattern.exec(path);
    if (!found) continue;
    const params: Record<string, string> = {};
    for (let index = 0; index < names.length; index++) {
      params[names[index] as string] = decodeSegment(found[index + 1] as string);
    }
    return { operations, params };
  }
  return undefined;
}

function methodsIn(operations: OperationsByMethod): string[] {
  return [...operations.keys()].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
}

function groupByPath(operations: readonly DescribedOperation[]): Map<string, OperationsByMethod> {
  const byPath = new Map<string, OperationsByMethod>();
  for (const operation of operations) {
    const atPath = byPath.get(operation.path) ?? new Map();
    byPath.set(operation.path, atPath.set(operation.method, operation));
  }
  return byPath;
}

/** Decodes a path segment. An invalid one is left as it is, so that nothing is found by it. */
function decodeSegment(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
