import { addFault, faultsIn } from "../controls/faults.ts";
import type { FaultOptions } from "../faults/faults.ts";
import { Refusal } from "../refusal.ts";
import type { ControlHandler } from "./control-call.ts";

/** What the control plane does with faults. */
export const faultHandlers = {
  listFaults: ({ scope }) => ({ faults: faultsIn(scope).list() }),
  addFault({ scope, body }) {
    try {
      return addFault(scope, body as FaultOptions);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new Refusal("unfit", { values: { reason: error.message } });
    }
  },
  clearFaults({ scope }) {
    faultsIn(scope).clear();
    return { faults: [] };
  },
  removeFault({ scope, params }) {
    const id = params["fault_id"] ?? "";
    const fault = faultsIn(scope).remove(id);
    if (!fault) throw new Refusal("no_fault", { values: { id } });
    return fault;
  },
} satisfies Record<string, ControlHandler>;
