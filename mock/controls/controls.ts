import { OptionError } from "../option-error.ts";
import { clockControls } from "./clock-controls.ts";
import type { Control, ControlCall, ControlOperation, ControlOutput, Controls } from "./control-types.ts";
import { coverageControls } from "./coverage-controls.ts";
import { crawlControls } from "./crawl-controls.ts";
import { faultControls } from "./fault-controls.ts";
import { inspectionControls } from "./inspection-controls.ts";
import { invalidInput } from "./invalid-input.ts";
import { journalControls } from "./journal-controls.ts";
import { mockControls } from "./mock-controls.ts";
import { organizationControls } from "./organization-controls.ts";
import { runDueTasksIn } from "./scope.ts";
import { snapshotControls } from "./snapshot-controls.ts";
import { webhookControls } from "./webhook-controls.ts";

/** The table of controls: what each operation of the control plane's document does; a missing one does not compile. */
const controls: Controls<ControlOperation> = {
  ...mockControls,
  ...organizationControls,
  ...clockControls,
  ...crawlControls,
  ...webhookControls,
  ...journalControls,
  ...faultControls,
  ...snapshotControls,
  ...inspectionControls,
  ...coverageControls,
};

/**
 * Carries out a control whose input is valid.
 * @throws Refusal for what is rejected
 */
export function runControl<Operation extends ControlOperation>(
  operation: Operation,
  call: ControlCall<Operation>,
): ControlOutput<Operation> | Promise<ControlOutput<Operation>> {
  runDueTasksIn(call.scope);
  const control: Control<Operation> = controls[operation];
  try {
    return control(call);
  } catch (error) {
    throw error instanceof OptionError ? invalidInput(error.field, error.message) : error;
  }
}
