import { document as published } from "../spec/bundled.ts";
import { type Dialect, resolveDialect } from "../spec/dialect.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import { bodies, parameters } from "../spec/generated/validators.js";
import { operationsOf } from "../spec/operations.ts";
import type { Validators } from "../spec/validators.ts";
import type { Engine } from "./engine.ts";
import { handlers } from "./operations/widget-operations.ts";
import { type MockOptions, OptionError, readOptions } from "./options.ts";
import { createRouter } from "./request/route.ts";
import { version } from "./version.ts";
import { createConfiguration } from "./world/configuration.ts";
import { checkSecret, checkUrl, defaultSecret, type WebhookFaults } from "./world/webhooks/endpoint.ts";
import type { EndpointOptions } from "./world/webhooks/webhooks.ts";
import { createWidgetWriter } from "./world/widget.ts";
import { Worlds } from "./worlds.ts";

/**
 * Puts together what a mock answers with.
 * @throws OptionError or DialectError, with a message for the user
 */
export function createEngine(base: WidgetsDocument, options: MockOptions): Engine {
  const { crawlText, ...settings } = readOptions(options);
  const dialect = resolveDialect(base, options.dialect);
  const { document, choices } = dialect;
  const observer = options.observer ?? {};
  const write = createWidgetWriter(document);
  const configuration = createConfiguration(document, choices["A-PATCH-1"] === "reset");
  const actedOut = operationsOf(document).filter(({ id }) => Object.hasOwn(handlers, id));
  return {
    version,
    seed: settings.seed,
    crawl: crawlText,
    dialect,
    router: createRouter(actedOut),
    validators: validatorsOf(dialect),
    keys: options.apiKeys,
    configuration,
    write,
    worlds: new Worlds({
      ...settings,
      lifecycle: document["x-lifecycle"],
      cascade: document.paths["/api/v1/widgets/{id}"]?.delete?.["x-cascade"] ?? { removes: {}, keeps: {} },
      configuration,
      write,
      endpoints: endpointsOf(options, dialect),
      happened: (happening) => observer.happened?.(happening),
    }),
    observer,
  };
}

/** What A-EVENT-2's second choice does to every endpoint: events come twice, and out of order. */
const unruly: WebhookFaults = { duplicate: true, reorder: true };

/** @throws OptionError where one has no address or no secret */
function endpointsOf({ webhooks = [] }: MockOptions, { choices }: Dialect): EndpointOptions[] {
  try {
    for (const { url, secret = defaultSecret } of webhooks) {
      checkUrl(url);
      checkSecret(secret);
    }
  } catch (error) {
    throw new OptionError(`webhooks: ${(error as Error).message}`);
  }
  return choices["A-EVENT-2"] === "unruly"
    ? webhooks.map((endpoint) => ({ faults: unruly, ...endpoint }))
    : [...webhooks];
}

/** A dialect that leaves the schemas as they are needs no compiler, and none is loaded. */
function validatorsOf({ document }: Dialect): Engine["validators"] {
  if (document.components.schemas === published.components.schemas) return () => ({ bodies, parameters });
  let compiled: Promise<Validators> | undefined;
  return () => {
    compiled ??= import("../spec/validators.ts").then(({ compileValidators }) => compileValidators(document));
    return compiled;
  };
}
