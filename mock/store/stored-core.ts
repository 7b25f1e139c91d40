import { controlRouter } from "../control-plane/control-plane.ts";
import { accessOf } from "../control-plane/guard.ts";
import type { MockCore } from "../core.ts";
import type { Engine } from "../engine.ts";
import { isBodyStream, type MockExchange } from "../http/exchange.ts";
import { metricsPath } from "../metrics/meter.ts";
import type { Route, Router } from "../request/route.ts";
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
    const looked = store.run({ concern: wholeMock, isRead: true }, () => undefined);
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

const wholeMock: Concern = { kind: "organization", organization: shared };

function concernOfControl(engine: Engine, exchange: MockExchange): Concern | undefined {
  const route = routeOf(controlRouter, exchange);
  // The pages of the console and of the demo site are no operations.
  if (!route || route.operation.concern === "nothing") return undefined;
  if (route.operation.concern === "mock") return wholeMock;
  if (!engine.hasControlPlane || accessOf(engine, exchange) === undefined) return undefined;
  return exchange.header("authorization") === undefined ? concernOfAdmin(route) : organizationOf(engine, exchange);
}

/** What a control without a key concerns: as little as possible, since there may be many worlds to load. */
function concernOfAdmin({ operation: { concern }, params }: Route): Concern {
  switch (concern) {
    case "widget":
      return { kind: "widget", widget: params["id"] ?? "" };
    case "organization":
      return { kind: "organization", organization: params["organization"] ?? "" };
    case "mock-for-admin":
      return wholeMock;
    default:
      return { kind: "all" };
  }
}

function concernOfCall(engine: Engine, exchange: MockExchange): Concern | undefined {
  const route = routeOf(engine.router, exchange);
  if (!route) return undefined;
  if (route.operation.security === "apiKey") return organizationOf(engine, exchange);
  return { kind: "widget", widget: route.params["id"] ?? "" };
}

function routeOf({ match }: Router, { method, path }: MockExchange): Route | undefined {
  try {
    return match(method, path);
  } catch {
    return undefined;
  }
}

function organizationOf({ authenticate }: Engine, { header }: MockExchange): Concern | undefined {
  try {
    return { kind: "organization", organization: authenticate(header).organization };
  } catch {
    return undefined;
  }
}
