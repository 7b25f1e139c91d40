import { document } from "../control-plane/document.ts";
import { bodies, parameters } from "../control-plane/generated/validators.js";
import { readParameters } from "../request/parameters.ts";
import { validateBody } from "../request/validate-body.ts";
import type { ControlInput, ControlOperation } from "./control-types.ts";
import { type ControlParts, describedControl } from "./split-input.ts";

/**
 * Validates the input of a control as the control plane does.
 * @throws Refusal that names every issue
 */
export function checkInput<Operation extends ControlOperation>(
  operation: Operation,
  { path, query, body }: ControlParts,
): ControlInput<Operation> {
  const described = describedControl(operation);
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
  return {
    ...(body === undefined ? {} : validateBody({ document, operation: described, validate: bodies[operation] }, body)),
    ...readParameters(
      { document, operation: described, validate: parameters[operation] },
      { search, header: () => undefined },
    ),
    ...path,
  } as ControlInput<Operation>;
}
