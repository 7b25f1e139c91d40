import { accessOf } from "../control-plane/guard.ts";
import type { MockCore } from "../core.ts";
import type { Engine } from "../engine.ts";
import { isBodyStream, type MockExchange } from "../http/exchange.ts";
import { metricsPath } from "../metrics/meter.ts";
import type { Route } from "../request/route.ts";
import { shared } from "./row.ts";
import type { Concern, Store } from "./store.ts";

/** The core of a mock whose answers leave after what they tell of is committed. */
export function storedCore(engine: Engine, core: MockCore, store: Store): MockCore {
  const answerIn = (concern: Concern | undefined, exchange: MockExchange) => {
    if (!concern) return core.answer(exchange);
    const isRead = readMethods.includes(exchange.method);
    const looksAtRecords = exchange.path.startsWith("/_mock/");
    return store.run({ concern, isRead, looksAtRecords }, () => core.answer(exchange));
  };
  const answer = (exchange: MockExchange) => {
    // A snapshot is restored as it arrives, in steps of its own; figures are there when the store is not.
    if (isBodyStream(exchange.body) || exchange.path === metricsPath) return core.answer(exchange);
    const concern = concernOf(engine, exchange);
    if (concern || exchange.header("authorization") === undefined) return answerIn(concern, exchange);
    // Another process may have made the key.
    const looked = store.run(
      { concern: { kind: "organization", organization: shared }, isRead: true },
      () => undefined,
    );
    if (looked instanceof Promise) return looked.then(() => answerIn(concernOf(engine, exchange), exchange));
    return core.answer(exchange);
  };
  return {
    ...core,
    answer(exchange) {
      const refuse = (error: unknown) => core.refuse(exchange, error);
      try {
        const answered = answer(exchange);
        return answered instanceof Promise ? answered.catch(refuse) : answered;
      } catch (error) {
        return refuse(error);
      }
    },
  };
}

const readMethods = ["GET", "HEAD", "OPTIONS"];

/** What a request concerns; undefined for one that is refused in any case, or reads no state. */
function concernOf(engine: Engine, exchange: MockExchange): Concern | undefined {
  const { path } = exchange;
  return path.startsWith("/_mock/") ? concernOfControl(engine, exchange) : concernOfCall(engine, exchange);
}

/** Controls whose state is that of the mock as a whole, which every world shares, whoever asks. */
const sharedPaths = /^\/_mock\/(health|openapi\.json)$/;
/** Those of an admin that need no world. */
const adminPaths = /^\/_mock\/(scenarios|coverage|events|worlds|faults(\/.*)?|organizations(\/.*)?|keys\/.*)$/;
/** Those that an admin reads without a world, and changes in every world. */
const adminReads = /^\/_mock\/(clock|crawls)$/;
/** Those that concern the world of one widget, and of one organization. */
const widgetPath = /^\/_mock\/widgets\/([^/]+)/;
const organizationPath = /^\/_mock\/organizations\/([^/]+)$/;

function concernOfControl(engine: Engine, exchange: MockExchange): Concern | undefined {
  const { path, header } = exchange;
  if (sharedPaths.test(path)) return { kind: "organization", organization: shared };
  // Whether the store can be used is asked without it.
  if (path === "/_mock/ready") return undefined;
  if (path.startsWith("/_mock/console") || path.startsWith("/_mock/demo/")) return undefined;
  if (!engine.hasControlPlane || accessOf(engine, exchange) === undefined) return undefined;
  return header("authorization") === undefined ? concernOfAdmin(exchange) : organizationOf(engine, exchange);
}

/** What a control without a key concerns: as little as possible, since there may be many worlds to load. */
function concernOfAdmin({ method, path }: MockExchange): Concern {
  const [, widget] = widgetPath.exec(path) ?? [];
  if (widget !== undefined) return { kind: "widget", widget };
  const [, organization] = organizationPath.exec(path) ?? [];
  if (organization !== undefined && method === "DELETE") return { kind: "organization", organization };
  const needsNone = adminPaths.test(path) || (readMethods.includes(method) && adminReads.test(path));
  return needsNone ? { kind: "organization", organization: shared } : { kind: "all" };
}

function concernOfCall(engine: Engine, exchange: MockExchange): Concern | undefined {
  let route: Route;
  try {
    route = engine.router.match(exchange.method, exchange.path);
  } catch {
    return undefined;
  }
  if (route.operation.security === "apiKey") return organizationOf(engine, exchange);
  return { kind: "widget", widget: route.params["id"] ?? "" };
}

function organizationOf({ authenticate }: Engine, { header }: MockExchange): Concern | undefined {
  try {
    return { kind: "organization", organization: authenticate(header).organization };
  } catch {
    return undefined;
  }
}
