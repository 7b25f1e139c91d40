import type { MockCore } from "../core.ts";
import type { Answer } from "../http/answer.ts";
import type { Meter } from "./meter.ts";

/** The core of a mock whose answers are counted, with the time until each is ready: commits and injected delays included. */
export function meteredCore(meter: Meter, core: MockCore): MockCore {
  const counted = (answer: Answer, began?: number) => {
    const { operation = "", status, connection } = answer;
    const milliseconds = began === undefined ? undefined : performance.now() - began;
    meter.countRequest(operation, connection === "reset" ? 0 : status, milliseconds);
    return answer;
  };
  return {
    ...core,
    answer(exchange) {
      const began = performance.now();
      const answer = core.answer(exchange);
      return answer instanceof Promise ? answer.then((ready) => counted(ready, began)) : counted(answer, began);
    },
    refuse: (exchange, error) => counted(core.refuse(exchange, error)),
  };
}
