import type { Dialect } from "../spec/dialect.ts";
import type { Validators } from "../spec/validators.ts";
import type { Observer } from "./observer.ts";
import type { ApiKeys } from "./request/authenticate.ts";
import type { Router } from "./request/route.ts";
import type { Configuration } from "./world/configuration.ts";
import type { Widget } from "./world/widget.ts";
import type { Worlds } from "./worlds.ts";

/** What every answer of one mock is made with. Nothing of it is shared with another mock. */
export interface Engine {
  readonly version: string;
  readonly seed: number;
  /** How crawls run, as it was asked for. */
  readonly crawl: string;
  readonly dialect: Dialect;
  readonly router: Router;
  /** Ready made for the published document, compiled at the first request where a dialect changes its schemas. */
  readonly validators: () => Validators | Promise<Validators>;
  readonly keys: ApiKeys;
  readonly worlds: Worlds;
  readonly configuration: Configuration;
  readonly write: (widget: Widget) => string;
  readonly observer: Observer;
}
