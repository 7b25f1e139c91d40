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
  readonly store: Store;
  /** What whoever started it should know, such as that something was cut off after a crash. */
  readonly notes: readonly string[];
  /** Ends event streams and whoever waits for something to happen, and goes on answering what is under way. */
  stop(): void;
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
    const { close: end } = mock;
    const stop = () => engine.worlds.events.close();
    const notes = [...(store.notes ?? []), ...startNotes(engine)];
    const close = async () => {
      stop();
      // Tasks of a clock that has stopped would be lost with what is committed meanwhile.
      await store.close();
      end();
    };
    return Object.assign(mock, { store, notes, stop, close });
  } catch (error) {
    engine.worlds.stop();
    throw error;
  }
}

function startNotes({ worlds }: Engine): string[] {
  const changed = worlds.changedSinceStart();
  if (changed.length === 0) return [];
  const names = changed.join(", ");
  return [
    `the state was begun with other values of: ${names}. Those of this start apply after "widgets-mock ctl reset"`,
  ];
}
