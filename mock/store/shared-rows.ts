import type { Engine } from "../engine.ts";
import { clockTimeOf } from "../snapshot/clock-time.ts";
import { partsOfFault } from "../snapshot/export-world.ts";
import type { RowSource } from "./change-tracker.ts";
import type { RowChange, RowKind } from "./row.ts";
import { splitSubKey, subKey } from "./sub-key.ts";

/** The rows of what all worlds share. */
export function sharedRowSource(engine: Engine): RowSource {
  const { organizations, worlds } = engine;
  const { state } = worlds;
  return {
    changes: state.changes,
    readRow(kind, key) {
      const part =
        kind === "organization" || kind === "key" ? organizations.rowOf(kind, key) : readers[kind]?.(engine, key);
      return part && JSON.stringify(part);
    },
    *allRows() {
      const faults = state.faults.capture();
      const rows = [...organizations.save()];
      yield { kind: "mock", key: "", json: JSON.stringify(mockHeadOf(engine)) };
      for (const row of rows) {
        const key = row.part === "key" ? row.id : row.organization;
        yield { kind: row.part, key, json: JSON.stringify(row) };
      }
      for (const fault of faults) {
        for (const part of partsOfFault(fault)) {
          const { id } = fault;
          const key = part.part === "window" ? subKey(id, part.organization) : id;
          yield { kind: part.part, key, json: JSON.stringify(part) } as RowChange;
        }
      }
    },
    lossyRows: () => [{ kind: "count", key: "", json: JSON.stringify(readers.count?.(engine, "")) }],
  };
}

const readers: { readonly [kind in RowKind]?: (engine: Engine, key: string) => object | undefined } = {
  mock: mockHeadOf,
  count: ({ worlds: { state } }) => ({ requests: state.unknownRequests }),
  fault({ worlds: { faults } }, key) {
    const fault = faults.find(key);
    return fault && { part: "fault", fault };
  },
  window({ worlds: { faults } }, key) {
    const window = faults.findWindow(key);
    return window && { part: "window", organization: splitSubKey(key)[1], ...window };
  },
};

/** What new worlds start with. The endpoints are a few, and are in the same row. */
function mockHeadOf({ worlds, persistence }: Engine): object {
  const { epochs, faults, defaults } = worlds.state;
  const { seed, scenario, crawl, time, endpoints, endpointCount } = defaults;
  return {
    ...{
      part: "mock",
      ...worlds.saveStart(),
      runs: persistence?.runs,
      epochs,
      seed,
      scenario,
      endpointCount,
      endpoints,
    },
    crawl: crawl.text,
    time: clockTimeOf(time.save()),
    faults: faults.save(),
  };
}
