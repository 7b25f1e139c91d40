import { bodies } from "../control-plane/generated/validators.js";

/**
 * Holds what code in this process asks for against what the control plane would take for it. Its document is not read for
 * this: a mock that nobody controls pays nothing for it.
 * @param operationId an operation of the control plane that has a body
 * @throws RangeError that says what does not fit
 */
export function checkFit(operationId: string, value: object): void {
  const validate = bodies[operationId];
  if (validate?.(value)) return;
  const [first] = validate?.errors ?? [];
  const place = first?.instancePath.slice(1).replaceAll("/", ".") || "This";
  throw new RangeError(`${place} does not fit: it ${first?.message ?? "is not understood"}.`);
}
