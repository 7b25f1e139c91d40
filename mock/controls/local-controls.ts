import { controlProblems } from "../control-plane/problems.ts";
import type { Engine } from "../engine.ts";
import { Refusal, refusalAnswer } from "../refusal.ts";
import { checkInput } from "./check-input.ts";
import { ControlError } from "./control-error.ts";
import { groupControls, type MockControls } from "./control-groups.ts";
import type { ControlOperation } from "./control-types.ts";
import { runControl } from "./controls.ts";
import { splitInput } from "./split-input.ts";

/** The controls of one organization's world, or of every world. */
export function localControls(engine: Engine, organization: string | undefined): MockControls {
  const scope = { engine, organization };
  const requestId = () => engine.worlds.nextRequestId();
  const control =
    (operation: ControlOperation) =>
    (input: unknown = {}) => {
      const failed = (error: unknown) => asControlError(engine, error);
      try {
        const checked = checkInput(operation, splitInput(operation, input));
        const output = runControl(operation, { scope, input: checked, requestId, waits: false } as never);
        return output instanceof Promise ? output.catch(failed) : output;
      } catch (error) {
        return failed(error);
      }
    };
  return groupControls(control) as MockControls;
}

function asControlError(engine: Engine, error: unknown): never {
  if (!(error instanceof Refusal)) throw error;
  const { body } = refusalAnswer(controlProblems(engine), error, "");
  throw new ControlError(JSON.parse(body));
}
