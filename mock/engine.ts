import type { Dialect } from "../spec/dialect.ts";
import type { DescribedOperation } from "../spec/operations.ts";
import type { Validators } from "../spec/validate.ts";
import type { MockBounds } from "./bounds.ts";
import type { Meter } from "./metrics/meter.ts";
import type { Observer } from "./observer.ts";
import type { Organizations } from "./organizations/organizations.ts";
import type { QuotaMeter } from "./organizations/quota-meter.ts";
import type { Authenticate, KeyPolicy } from "./request/authenticate.ts";
import type { Router } from "./request/route.ts";
import type { Scenarios } from "./scenarios/scenario.ts";
import type { Persistence } from "./store/persistence.ts";
import type { Configuration } from "./world/configuration.ts";
import type { DeliveryFaults } from "./world/webhooks/endpoint.ts";
import type { WebhookTargets } from "./world/webhooks/webhook-targets.ts";
import type { WidgetJson } from "./world/widget-json.ts";
import type { Worlds } from "./worlds.ts";

/** Who can send requests to a mock. */
export interface Reach {
  /** True if other machines can: it listens on another address than loopback, or behind a proxy. */
  isPublic: boolean;
  /** True if it is behind a proxy whose headers it believes. */
  readonly trustsProxy: boolean;
}

/** The parts of a mock. Mocks share none of them. */
export interface Engine {
  readonly version: string;
  readonly dialect: Dialect;
  readonly scenarios: Scenarios;
  /** The operations of the API, by their ids. */
  readonly operations: ReadonlyMap<string, DescribedOperation>;
  readonly router: Router;
  /** Precompiled for the published document; compiled at the first request if the dialect changes schemas. */
  readonly validators: () => Validators | Promise<Validators>;
  readonly keyPolicy: KeyPolicy;
  /** The organizations and keys that an admin has made. */
  readonly organizations: Organizations;
  readonly authenticate: Authenticate;
  readonly quotas: QuotaMeter;
  readonly reach: Reach;
  readonly bounds: MockBounds;
  /** False if only its health check is there. */
  readonly hasControlPlane: boolean;
  /** False if there is no console. It needs the control plane. */
  readonly hasConsole: boolean;
  /** True if anyone may read the metrics. */
  readonly openMetrics: boolean;
  /** Counts what the metrics tell. */
  readonly meter: Meter;
  /** Token of an admin; undefined if programs on this machine are admins. */
  readonly controlToken: string | undefined;
  readonly worlds: Worlds;
  /** The receivers that webhooks may be sent to. */
  readonly targets: WebhookTargets;
  /** What keeps the state beyond the process; undefined if it is kept in memory. */
  readonly persistence: Persistence | undefined;
  /** Delivery faults of an endpoint that is added without any. */
  readonly defaultDeliveryFaults: DeliveryFaults;
  readonly configuration: Configuration;
  readonly widgetJson: WidgetJson;
  readonly observer: Observer;
}
