import type { WidgetsDocument } from "../../spec/document.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { createCore } from "../core.ts";
import { createEngine } from "../create-engine.ts";
import type { Engine } from "../engine.ts";
import { type Mock, mockOf } from "../mock.ts";
import type { MockOptions } from "../options.ts";
import { Persistence } from "./persistence.ts";
import type { Store } from "./store.ts";
import { storedCore } from "./stored-core.ts";

/** A mock whose state outlives its process. */
export interface StoredMock extends Omit<Mock, "close"> {
  /** Where the state is. */
  readonly state: string;
  /** Closes the mock, and resolves when everything is written. */
  close(): Promise<void>;
}

/** Opens a store for an engine, and loads what it holds. */
export type OpenStore = (engine: Engine, persistence: Persistence) => Promise<Store>;

/**
 * Creates a mock whose state a store keeps.
 * @throws OptionError or DialectError; and StoreError if the store cannot be opened
 */
export async function openMockWith(openStore: OpenStore, options: MockOptions = {}): Promise<StoredMock> {
  const document: WidgetsDocument = options?.document ?? publishedDocument;
  const persistence = new Persistence();
  const engine = createEngine(document, options, persistence);
  const core = createCore(engine, options.openKeys);
  await core.prepare();
  try {
    const store = await openStore(engine, persistence);
    persistence.store = store;
    const mock = mockOf(engine, storedCore(engine, core, store));
    const { close: stop } = mock;
    const close = async () => {
      stop();
      await store.close();
    };
    return Object.assign(mock, { state: store.description, close });
  } catch (error) {
    engine.worlds.stop();
    throw error;
  }
}
