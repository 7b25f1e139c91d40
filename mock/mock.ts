import type { Dialect } from "../spec/dialect.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import { publishedDocument as published } from "../spec/published-document.ts";
import type { MockControls } from "./controls/control-groups.ts";
import { localControls } from "./controls/local-controls.ts";
import { createCore, type MockCore } from "./core.ts";
import { createEngine } from "./create-engine.ts";
import type { Engine } from "./engine.ts";
import { fetchOf, type MockFetch } from "./http/fetch.ts";
import { meteredCore } from "./metrics/metered-core.ts";
import type { MockOptions } from "./options.ts";
import { identityOf } from "./request/authenticate.ts";

/** A mock of the API in this process, without a port. Its own controls apply to every organization. */
export interface Mock extends MockControls {
  /**
   * Answers a request as the API would; it takes what `fetch` takes, and can be passed on without the mock (no `this`).
   * @throws TypeError if a fault breaks the connection, and the reason of an aborted signal, as fetch does
   */
  readonly fetch: MockFetch;
  /** The mock without Fetch objects, for servers. */
  readonly core: MockCore;
  readonly seed: number;
  readonly dialect: Dialect;
  /** The controls of one organization, by its API key. */
  world(key: string): MockControls;
  /** Closes the mock: its clocks stop, and nothing happens any more. */
  close(): void;
}

/**
 * Creates a mock. Mocks share no state.
 * @throws OptionError or DialectError
 */
export function createMock(options: MockOptions = {}): Mock {
  return createMockOf(options?.document ?? published, options);
}

/** Creates a mock of another document than the published one. */
export function createMockOf(document: WidgetsDocument, options: MockOptions = {}): Mock {
  const engine = createEngine(document, options);
  return mockOf(engine, createCore(engine, options.openKeys));
}

/** The mock of an engine. */
export function mockOf(engine: Engine, answering: MockCore): Mock {
  const { worlds, meter } = engine;
  const core = meteredCore(meter, answering);
  return {
    ...localControls(engine, undefined),
    fetch: fetchOf(core),
    core,
    get seed() {
      return worlds.defaults.seed;
    },
    dialect: engine.dialect,
    world: (key) => localControls(engine, organizationOfKey(engine, key)),
    close: () => worlds.stop(),
  };
}

/** Any text will do where every key is an organization of its own. */
function organizationOfKey({ keyPolicy, organizations }: Engine, key: string): string {
  const identity = identityOf(key, keyPolicy, organizations);
  return typeof identity === "object" ? identity.organization : key;
}
