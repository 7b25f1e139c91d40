import type { WidgetsDocument } from "../spec/document.ts";
import { type DescribedOperation, operationsOf } from "../spec/operations.ts";

/** What a request asks for, by the document. */
export interface Route {
  /** Undefined where the document has no such operation. */
  readonly operation: DescribedOperation | undefined;
  /** The widget's id in the path, if it has one. */
  readonly id: string | undefined;
  /** The methods that the document has for the path; none where it has no such path. */
  readonly methods: readonly string[];
}

/** Finds the operation of a request by its method and path. */
export type FindRoute = (method: string, path: string) => Route;

/** Makes what finds operations. */
export function routesOf(document: WidgetsDocument): FindRoute {
  const routes = operationsOf(document).map((operation) => {
    const pattern = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>[^/]+)`);
    return { operation, pattern: new RegExp(`^${pattern}$`) };
  });
  return (method, path) => {
    const [bare = ""] = path.split("?", 1);
    const found = routes.flatMap(({ operation, pattern }) => {
      const match = pattern.exec(bare);
      return match ? [{ operation, id: match.groups?.["id"] }] : [];
    });
    const exact = found.find(({ operation }) => operation.method === method);
    const id = (exact ?? found[0])?.id;
    return {
      operation: exact?.operation,
      id: id === undefined ? undefined : decoded(id),
      methods: found.map(({ operation }) => operation.method),
    };
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
