import { RegExpRouter } from "hono/router/reg-exp-router";
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

type PathOperations = ReadonlyMap<string, DescribedOperation>;

export function createRouter(operations: readonly DescribedOperation[]): Router {
  const router = new RegExpRouter<PathOperations>();
  for (const [path, atPath] of groupByPath(operations)) {
    router.add("ALL", path.replaceAll(/\{(\w+)\}/g, ":$1"), new Map(atPath.map((item) => [item.method, item])));
  }

  const find = (path: string): { atPath: PathOperations; params: Readonly<Record<string, string>> } | undefined => {
    const [found, stash] = router.match("ALL", path) as unknown as [
      [PathOperations, Record<string, number>][],
      string[] | undefined,
    ];
    const first = found[0];
    if (!first) return undefined;
    const [atPath, places] = first;
    const params: Record<string, string> = {};
    for (const name in places) params[name] = decodeSegment(stash?.[places[name] ?? 0] ?? "");
    return { atPath, params };
  };

  return {
    match(method, path) {
      const found = find(path);
      if (!found) throw new Refusal("route_not_found", { values: { path } });
      // Whatever answers GET answers HEAD (RFC 9110, section 9.1).
      const operation = found.atPath.get(method === "HEAD" ? "GET" : method);
      if (operation) return { operation, params: found.params };
      const allow = methodsIn(found.atPath).join(", ");
      throw new Refusal("method_not_allowed", { values: { path, method, allow }, headers: { Allow: allow } });
    },
    methodsAt: (path) => methodsIn(find(path)?.atPath ?? new Map()),
  };
}

function methodsIn(atPath: PathOperations): string[] {
  return [...atPath.keys()].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
}

function groupByPath(operations: readonly DescribedOperation[]): Map<string, DescribedOperation[]> {
  const byPath = new Map<string, DescribedOperation[]>();
  for (const operation of operations) {
    const atPath = byPath.get(operation.path);
    if (atPath) atPath.push(operation);
    else byPath.set(operation.path, [operation]);
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
