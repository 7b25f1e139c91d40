import type { Dialect } from "../spec/dialect.ts";
import type { DescribedOperation } from "../spec/operations.ts";
import type { Validators } from "../spec/validate.ts";
import type { Observer } from "./observer.ts";
import type { ApiKeys } from "./request/authenticate.ts";
import type { Router } from "./request/route.ts";
import type { Scenarios } from "./scenarios/scenario.ts";
import type { Configuration } from "./world/configuration.ts";
import type { DeliveryFaults } from "./world/webhooks/endpoint.ts";
import type { StoredWidget } from "./world/widget.ts";
import type { Worlds } from "./worlds.ts";

/** What every answer of one mock is made with. Nothing of it is shared with another mock. */
export interface Engine {
  readonly version: string;
  readonly dialect: Dialect;
  readonly scenarios: Scenarios;
  /** The operations that are acted out, by their ids. */
  readonly operations: ReadonlyMap<string, DescribedOperation>;
  readonly router: Router;
  /** Ready made for the published document, compiled at the first request where a dialect changes its schemas. */
  readonly validators: () => Validators | Promise<Validators>;
  readonly keys: ApiKeys;
  /** What who calls the control plane must have; undefined where it is for this machine alone. */
  readonly controlToken: string | undefined;
  readonly worlds: Worlds;
  /** What befalls the events of an endpoint that is made without faults of its own. */
  readonly defaultDeliveryFaults: DeliveryFaults;
  readonly configuration: Configuration;
  readonly write: (widget: StoredWidget) => string;
  readonly observer: Observer;
}
