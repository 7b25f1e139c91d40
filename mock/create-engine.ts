import { type Dialect, resolveDialect } from "../spec/dialect.ts";
import type { Cascade, WidgetsDocument } from "../spec/document.ts";
import type { Choices } from "../spec/generated/rules.ts";
import { bodies, parameters } from "../spec/generated/validators.js";
import { operationsOf } from "../spec/operations.ts";
import { publishedDocument as published } from "../spec/published-document.ts";
import type { Validators } from "../spec/validate.ts";
import { checkInput } from "./controls/check-input.ts";
import { checkFault } from "./controls/fault-controls.ts";
import { splitInput } from "./controls/split-input.ts";
import type { Engine } from "./engine.ts";
import { Meter } from "./metrics/meter.ts";
import { operationHandlers } from "./operations/widget-operations.ts";
import { OptionError } from "./option-error.ts";
import { type MockOptions, readOptions } from "./options.ts";
import { Organizations, type Quotas } from "./organizations/organizations.ts";
import { QuotaMeter } from "./organizations/quota-meter.ts";
import { redactOrganization } from "./redact-organization.ts";
import { Refusal } from "./refusal.ts";
import { createAuthentication, type KeyPolicy } from "./request/authenticate.ts";
import { createRouter } from "./request/route.ts";
import { withNamedScenarios } from "./scenarios/find-scenario.ts";
import { playScenario, rehearseScenario } from "./scenarios/play-scenario.ts";
import { readScenarios } from "./scenarios/read-scenarios.ts";
import type { Persistence } from "./store/persistence.ts";
import { version } from "./version.ts";
import { createConfiguration } from "./world/configuration.ts";
import { checkEndpoint, type DeliveryFaults } from "./world/webhooks/endpoint.ts";
import { WebhookTargets } from "./world/webhooks/webhook-targets.ts";
import { createWidgetJson } from "./world/widget-json.ts";
import type { NamedEndpoint } from "./world/world.ts";
import { Worlds } from "./worlds.ts";

/**
 * Creates the parts of a mock.
 * @throws OptionError or DialectError
 */
export function createEngine(base: WidgetsDocument, options: MockOptions, persistence?: Persistence): Engine {
  const { bounds, ...defaults } = readOptions(options);
  const dialect = resolveDialect(base, options.dialect);
  const { document, choices } = dialect;
  const { observer = {}, scenarios: own = {} } = options;
  const scenarios = withNamedScenarios(readScenarios(own));
  const configuration = createConfiguration(document, choices["A-PATCH-1"] === "reset");
  const widgetJson = createWidgetJson(document, configuration);
  const operations = operationsOf(document).filter(({ id }) => Object.hasOwn(operationHandlers, id));
  const keyPolicy = keyPolicyOf(options);
  const organizations = new Organizations(bounds);
  const [meter, quotas] = [new Meter(), new QuotaMeter(organizations, quotasOf(options))];
  const { trustProxy = false } = options;
  const reach = { isPublic: trustProxy, trustsProxy: trustProxy };
  const targets = new WebhookTargets(reach, options.webhookAllow ?? [], options.webhooks?.map(({ url }) => url) ?? []);
  const defaultDeliveryFaults = { ...deliveryFaults[choices["A-EVENT-2"]], ...options.deliveryFaults };
  const engine: Engine = {
    version,
    dialect,
    scenarios,
    operations: new Map(operations.map((operation) => [operation.id, operation])),
    router: createRouter(operations),
    validators: validatorsOf(dialect, base !== published),
    keyPolicy,
    organizations,
    authenticate: createAuthentication(keyPolicy, organizations),
    quotas,
    reach,
    targets,
    bounds,
    hasControlPlane: options.control ?? true,
    hasConsole: (options.console ?? true) && (options.control ?? true),
    controlToken: options.controlToken,
    openMetrics: options.openMetrics ?? false,
    meter,
    configuration,
    widgetJson,
    worlds: new Worlds({
      lifecycle: document["x-lifecycle"],
      cascade: cascadeOf(document),
      configuration,
      widgetJson,
      bounds,
      faults: options.faults ?? [],
      persistence,
      targets,
      quotas,
      meter,
      defaults: { ...defaults, endpoints: endpointsOf(options, defaultDeliveryFaults) },
      nameOf: (organization) => redactOrganization(organization, options.apiKeys, organizations),
      onError: (error) => observer.onError?.(error, "-"),
      onHappening: observer.onHappening && ((happening) => observer.onHappening?.(happening)),
    }),
    persistence,
    defaultDeliveryFaults,
    observer,
  };
  checkFaults(engine, options);
  persistence?.attach(engine);
  engine.worlds.populateBy((world, scenario) => playScenario(engine, world, scenario));
  rehearseScenario(engine, defaults.scenario);
  return engine;
}

/** Every key is accepted until somebody says which, or strangers may call. */
function keyPolicyOf({ apiKeys, openKeys, trustProxy }: MockOptions): KeyPolicy {
  return { keys: apiKeys, isOpen: openKeys ?? (apiKeys === undefined && trustProxy !== true) };
}

/** What a delete removes, and what it keeps. */
function cascadeOf({ paths }: WidgetsDocument): Cascade {
  const cascades = Object.values(paths).map((path) => path.delete?.["x-cascade"]);
  return cascades.find((cascade) => cascade !== undefined) ?? { removes: {}, keeps: {} };
}

/** Delivery faults of every endpoint (A-EVENT-2): none, or events arrive twice and out of order. */
const deliveryFaults: { readonly [choice in Choices["A-EVENT-2"]]: DeliveryFaults } = {
  once: {},
  unruly: { duplicate: true, reorder: true },
};

/** @throws OptionError that names the fault, and its member */
function checkFaults(engine: Engine, { faults = [], deliveryFaults: ofDeliveries }: MockOptions): void {
  for (const [index, fault] of faults.entries()) {
    checkOption(`faults[${index}]`, () => {
      checkInput("addFault", splitInput("addFault", fault));
      checkFault(engine, fault);
    });
  }
  if (ofDeliveries) {
    const endpoint = { url: "http://127.0.0.1/", faults: ofDeliveries };
    checkOption("deliveryFaults", () => checkInput("addEndpoint", splitInput("addEndpoint", endpoint)));
  }
}

/** @throws OptionError that names the member of a field that a check rejects */
function checkOption(field: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof Refusal ? asOptionError(field, error) : error;
  }
}

/** @throws OptionError that names the quota */
function quotasOf({ quotas }: MockOptions): Quotas {
  if (quotas === undefined) return {};
  try {
    checkInput("setQuotas", { path: { organization: "" }, query: {}, body: { ...quotas } });
    return quotas;
  } catch (error) {
    throw error instanceof Refusal ? asOptionError("quotas", error) : error;
  }
}

/** @throws OptionError that names the member of the endpoint */
function endpointsOf({ webhooks = [] }: MockOptions, faults: DeliveryFaults): NamedEndpoint[] {
  return webhooks.map((endpoint, index) => {
    const field = `webhooks[${index}]`;
    checkEndpoint(endpoint, `${field}.`);
    checkOption(field, () => checkInput("addEndpoint", splitInput("addEndpoint", endpoint)));
    return { id: `whe_${index + 1}`, faults, ...endpoint };
  });
}

/** The first issue as an error: `webhooks[0].faults.delaySeconds must be a number`. */
function asOptionError(field: string, { details }: Refusal): OptionError {
  const { pointer = "#", code, detail } = details.issues?.[0] ?? { code: "", detail: "is invalid" };
  // Delivery faults of every endpoint are checked as those of one.
  const tokens = pointer
    .split("/")
    .filter((token) => !["#", "", ...(field === "deliveryFaults" ? ["faults"] : [])].includes(token));
  if (code !== "unknown_member") return new OptionError([field, ...tokens].join("."), detail);
  return new OptionError([field, ...tokens.slice(0, -1)].join("."), `has an ${detail}`);
}

/** The compiler is loaded at the start for a changed document, and on first use for a dialect that changes schemas. */
function validatorsOf({ document }: Dialect, isChanged: boolean): Engine["validators"] {
  if (document.components.schemas === published.components.schemas) return () => ({ bodies, parameters });
  let compiled: Promise<Validators> | Validators | undefined;
  const load = () => {
    compiled ??= import("../spec/validators.ts").then(({ compileValidators }) => {
      compiled = compileValidators(document);
      return compiled;
    });
    return compiled;
  };
  if (isChanged) void load();
  return load;
}
