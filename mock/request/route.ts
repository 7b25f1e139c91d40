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

/** A path of the document. */
interface KnownPath {
  readonly operations: PathOperations;
  /** Names of the path parameters, and their places among the router's groups; known after the first match. */
  places: readonly (readonly [name: string, place: number])[] | undefined;
}

export function createRouter(operations: readonly DescribedOperation[]): Router {
  const router = new RegExpRouter<KnownPath>();
  for (const [path, atPath] of groupByPath(operations)) {
    const known = { operations: new Map(atPath.map((item) => [item.method, item])), places: undefined };
    router.add("ALL", path.replaceAll(/\{(\w+)\}/g, ":$1"), known);
  }

  const find = (path: string): { atPath: PathOperations; params: Readonly<Record<string, string>> } | undefined => {
    const [found, stash] = router.match("ALL", path) as unknown as [
      [KnownPath, Record<string, number>][],
      string[] | undefined,
    ];
    const first = found[0];
    if (!first) return undefined;
    const [known, places] = first;
    // Its object of places has no shape that is quick to walk through.
    known.places ??= Object.entries(places);
    const params: Record<string, string> = {};
    for (const [name, place] of known.places) params[name] = decodeSegment(stash?.[place] ?? "");
    return { atPath: known.operations, params };
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
